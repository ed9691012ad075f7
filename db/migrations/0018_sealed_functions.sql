-- A function that works with its owner's rights looks for names where nobody else may put any: temporary things of the caller last.
-- Run after every migration, so that one made or replaced later is sealed as well; what else such a function sets stays.
CREATE FUNCTION app.seal_functions() RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  each_one regprocedure;
BEGIN
  FOR each_one IN SELECT p.oid FROM pg_catalog.pg_proc p WHERE p.pronamespace = 'app'::regnamespace AND p.prosecdef LOOP
    EXECUTE format('ALTER FUNCTION %s SET search_path = pg_catalog, app, public, pg_temp', each_one);
  END LOOP;
  -- Nothing here makes temporary tables; where the migrating role does not own the database this is a warning, and the above holds.
  EXECUTE format('REVOKE TEMPORARY ON DATABASE %I FROM PUBLIC', current_database());
END $$;
--> statement-breakpoint
REVOKE EXECUTE ON FUNCTION app.seal_functions() FROM PUBLIC;
--> statement-breakpoint
-- As before, and only for months that rows may lie in: whatever asks, there is an end to how many it makes.
CREATE OR REPLACE FUNCTION app.ensure_month(parent text, month_of timestamptz) RETURNS text LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, app, public, pg_temp AS $$
DECLARE
  starts timestamptz := date_trunc('month', month_of AT TIME ZONE 'UTC') AT TIME ZONE 'UTC';
  ends timestamptz := (date_trunc('month', month_of AT TIME ZONE 'UTC') + interval '1 month') AT TIME ZONE 'UTC';
  child text := parent || '_' || to_char(starts AT TIME ZONE 'UTC', 'YYYYMM');
BEGIN
  IF parent NOT IN ('snapshots', 'metric_minutes') THEN RAISE EXCEPTION 'not a partitioned table: %', parent; END IF;
  IF starts < '2000-01-01T00:00:00Z' OR starts > app.now() + interval '10 years' THEN RAISE EXCEPTION 'no rows are kept of %', starts; END IF;
  IF to_regclass('public.' || child) IS NULL THEN
    PERFORM pg_advisory_xact_lock(hashtext(child));
    EXECUTE format('CREATE TABLE IF NOT EXISTS public.%I PARTITION OF public.%I FOR VALUES FROM (%L) TO (%L)', child, parent, starts, ends);
    IF EXISTS (SELECT 1 FROM pg_roles WHERE rolname = 'going_live_app') THEN
      EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON public.%I TO going_live_app', child);
    END IF;
  END IF;
  RETURN child;
END $$;
--> statement-breakpoint
SELECT app.seal_functions();
