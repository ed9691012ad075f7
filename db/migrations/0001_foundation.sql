CREATE SCHEMA IF NOT EXISTS app;
--> statement-breakpoint
-- Only a database marked `test` or `demo` may hold an offset; elsewhere domain time is the clock.
CREATE TABLE app.clock_offset (id integer PRIMARY KEY CHECK (id = 1), shift interval NOT NULL);
--> statement-breakpoint
CREATE FUNCTION app.protocol_now() RETURNS timestamptz LANGUAGE sql VOLATILE AS $$ SELECT date_trunc('milliseconds', clock_timestamp()) $$;
--> statement-breakpoint
CREATE FUNCTION app.now() RETURNS timestamptz LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = app, public AS $$
  SELECT date_trunc('milliseconds', clock_timestamp() + coalesce((SELECT shift FROM app.clock_offset WHERE id = 1), interval '0'))
$$;
--> statement-breakpoint
CREATE FUNCTION app.shift_clock(by_interval interval) RETURNS timestamptz LANGUAGE plpgsql SECURITY DEFINER SET search_path = app, public AS $$
BEGIN
  IF NOT EXISTS (SELECT 1 FROM public.installation WHERE key = 'kind' AND value IN ('test', 'demo')) THEN
    RAISE EXCEPTION 'The clock of this database cannot be moved: it is not marked test or demo.';
  END IF;
  INSERT INTO app.clock_offset (id, shift) VALUES (1, by_interval) ON CONFLICT (id) DO UPDATE SET shift = excluded.shift;
  RETURN app.now();
END $$;
--> statement-breakpoint
-- The only writer of events. Content is RFC 8785 text made by the caller; the link and the hash are made here, on the locked head.
CREATE FUNCTION app.append_event(event_content text) RETURNS bigint LANGUAGE plpgsql SECURITY DEFINER SET search_path = app, public AS $$
DECLARE
  parsed jsonb := event_content::jsonb;
  head public.event_head%ROWTYPE;
  next_hash text;
BEGIN
  UPDATE public.event_head SET seq = seq + 1 WHERE id = 1 RETURNING * INTO head;
  IF NOT FOUND THEN RAISE EXCEPTION 'the event chain has no head'; END IF;
  next_hash := encode(sha256(convert_to(head.seq::text || ':' || head.hash || ':' || event_content, 'UTF8')), 'hex');
  INSERT INTO public.events (seq, id, type, actor, actor_name, subject_kind, subject_id, portfolio_id, launch_id, occurred_at, recorded_at, content, previous_hash, hash)
  VALUES (
    head.seq, (parsed->>'id')::uuid, parsed->>'type', parsed->>'actor', parsed->>'actorName', parsed->'subject'->>'kind', parsed->'subject'->>'id',
    (parsed->>'portfolioId')::uuid, (parsed->>'launchId')::uuid, (parsed->>'occurredAt')::timestamptz, app.now(), event_content, head.hash, next_hash);
  UPDATE public.event_head SET hash = next_hash WHERE id = 1;
  RETURN head.seq;
END $$;
--> statement-breakpoint
INSERT INTO event_head (id, seq, hash) VALUES (1, 0, repeat('0', 64)) ON CONFLICT DO NOTHING;
--> statement-breakpoint
-- Even the owner must drop this trigger first, which the chain's verification and the database's log would show.
CREATE FUNCTION app.refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'events are append-only'; END $$;
--> statement-breakpoint
CREATE TRIGGER events_append_only BEFORE UPDATE OR DELETE ON events FOR EACH ROW EXECUTE FUNCTION app.refuse_change();
--> statement-breakpoint
CREATE TRIGGER events_no_truncate BEFORE TRUNCATE ON events FOR EACH STATEMENT EXECUTE FUNCTION app.refuse_change();
--> statement-breakpoint
-- Makes the partition of a month, once. Only the partitioned tables of this schema are accepted.
CREATE FUNCTION app.ensure_month(parent text, month_of timestamptz) RETURNS text LANGUAGE plpgsql SECURITY DEFINER SET search_path = app, public AS $$
DECLARE
  starts timestamptz := date_trunc('month', month_of AT TIME ZONE 'UTC') AT TIME ZONE 'UTC';
  ends timestamptz := (date_trunc('month', month_of AT TIME ZONE 'UTC') + interval '1 month') AT TIME ZONE 'UTC';
  child text := parent || '_' || to_char(starts AT TIME ZONE 'UTC', 'YYYYMM');
BEGIN
  IF parent NOT IN ('snapshots', 'metric_minutes') THEN RAISE EXCEPTION 'not a partitioned table: %', parent; END IF;
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
-- What the running application may do: everything but change events, their head, the clock or the mark of the installation.
CREATE FUNCTION app.apply_grants(app_role text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  EXECUTE format('GRANT USAGE ON SCHEMA public, app TO %I', app_role);
  EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO %I', app_role);
  EXECUTE format('REVOKE INSERT, UPDATE, DELETE, TRUNCATE ON public.events, public.event_head FROM %I', app_role);
  EXECUTE format('REVOKE INSERT, UPDATE, DELETE, TRUNCATE ON public.installation FROM %I', app_role);
  EXECUTE format('GRANT EXECUTE ON FUNCTION app.now(), app.protocol_now(), app.append_event(text), app.ensure_month(text, timestamptz), app.shift_clock(interval) TO %I', app_role);
  REVOKE EXECUTE ON ALL FUNCTIONS IN SCHEMA app FROM PUBLIC;
END $$;
--> statement-breakpoint
INSERT INTO calendars (id, time_zone, weekly, exceptions) VALUES
  ('24x7', 'UTC', '{"1":["00:00","24:00"],"2":["00:00","24:00"],"3":["00:00","24:00"],"4":["00:00","24:00"],"5":["00:00","24:00"],"6":["00:00","24:00"],"7":["00:00","24:00"]}', '{}'),
  ('XNYS', 'America/New_York', '{"1":["09:30","16:00"],"2":["09:30","16:00"],"3":["09:30","16:00"],"4":["09:30","16:00"],"5":["09:30","16:00"]}',
   '{"2026-01-01":null,"2026-01-19":null,"2026-02-16":null,"2026-04-03":null,"2026-05-25":null,"2026-06-19":null,"2026-07-03":null,"2026-09-07":null,"2026-11-26":null,"2026-11-27":["09:30","13:00"],"2026-12-24":["09:30","13:00"],"2026-12-25":null,"2027-01-01":null,"2027-01-18":null,"2027-02-15":null,"2027-03-26":null,"2027-05-31":null,"2027-06-18":null,"2027-07-05":null,"2027-09-06":null,"2027-11-25":null,"2027-11-26":["09:30","13:00"],"2027-12-24":null}')
ON CONFLICT DO NOTHING;
