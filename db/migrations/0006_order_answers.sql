-- Keeps the answers of a batch, the sums after it, the reference prices it came with, and frees what its orders used up.
CREATE FUNCTION app.keep_order_answers(in_place uuid, in_rows jsonb, in_used jsonb, in_totals jsonb, in_at timestamptz) RETURNS void LANGUAGE plpgsql VOLATILE SET search_path = public, app AS $$
BEGIN
  INSERT INTO reservations (id, portfolio_id, strategy_id, client_order_id, instrument, side, quantity, price, amount, is_reducing, state, answer, asked_by, created_at, expires_at)
  SELECT id, in_place, "strategyId", "clientOrderId", instrument, side, quantity, price, amount, "isReducing", state, answer, "askedBy", in_at, "expiresAt"
  FROM jsonb_to_recordset(in_rows) AS r(id uuid, "strategyId" uuid, "clientOrderId" text, instrument text, side text, quantity numeric, price numeric,
    amount numeric, "isReducing" boolean, state text, answer jsonb, "askedBy" text, "expiresAt" timestamptz);
  INSERT INTO instrument_marks (portfolio_id, instrument, minute, price, at)
  SELECT DISTINCT ON (instrument) in_place, instrument, date_trunc('minute', in_at), (mark->>'price')::numeric, (mark->>'at')::timestamptz
  FROM jsonb_to_recordset(in_rows) AS r(instrument text, mark jsonb) WHERE jsonb_typeof(mark) = 'object' ORDER BY instrument ON CONFLICT DO NOTHING;
  IF jsonb_array_length(in_used) > 0 THEN
    UPDATE reservations SET state = 'released', released_at = in_at, released_why = 'used by its order'
    WHERE id IN (SELECT value::uuid FROM jsonb_array_elements_text(in_used));
  END IF;
  UPDATE order_books SET totals = in_totals, updated_at = in_at WHERE portfolio_id = in_place;
END $$;
--> statement-breakpoint
-- What the running application may do: everything but change events, their head, the clock or the mark of the installation.
CREATE OR REPLACE FUNCTION app.apply_grants(app_role text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  EXECUTE format('GRANT USAGE ON SCHEMA public, app TO %I', app_role);
  EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO %I', app_role);
  EXECUTE format('REVOKE INSERT, UPDATE, DELETE, TRUNCATE ON public.events, public.event_head FROM %I', app_role);
  EXECUTE format('REVOKE INSERT, UPDATE, DELETE, TRUNCATE ON public.installation FROM %I', app_role);
  EXECUTE format('GRANT EXECUTE ON FUNCTION app.now(), app.protocol_now(), app.append_event(text), app.ensure_month(text, timestamptz), app.shift_clock(interval), app.order_facts(uuid, jsonb, bigint, timestamptz), app.keep_order_answers(uuid, jsonb, jsonb, jsonb, timestamptz) TO %I', app_role);
  REVOKE EXECUTE ON ALL FUNCTIONS IN SCHEMA app FROM PUBLIC;
END $$;
