ALTER TABLE "accounts" ADD COLUMN "closed_at" timestamp (3) with time zone;
--> statement-breakpoint
-- As before, but for closed accounts: no fill waits for their snapshots, and what is remembered of a portfolio is read anew without them.
CREATE OR REPLACE FUNCTION app.order_facts(in_place uuid, in_wanted jsonb, in_known bigint) RETURNS json LANGUAGE plpgsql VOLATILE
SET search_path = public, app SET plan_cache_mode = force_generic_plan SET enable_seqscan = off SET jit = off AS $$
DECLARE
  in_at timestamptz;
  book jsonb;
  facts json;
  -- Days of the last that has begun somewhere, and of the first whose volumes still say what trades now.
  closes_until text;
  volumes_since text;
BEGIN
  SELECT totals INTO book FROM order_books WHERE portfolio_id = in_place FOR UPDATE;
  IF NOT FOUND THEN
    INSERT INTO order_books (portfolio_id, totals, updated_at) VALUES (in_place, '{}', app.now()) ON CONFLICT DO NOTHING;
    SELECT totals INTO book FROM order_books WHERE portfolio_id = in_place FOR UPDATE;
  END IF;
  in_at := app.now();
  closes_until := to_char(in_at at time zone 'UTC' + interval '14 hours', 'YYYY-MM-DD');
  volumes_since := to_char(in_at at time zone 'UTC' - interval '40 days', 'YYYY-MM-DD');
    with asked as materialized (
      select * from jsonb_to_recordset(in_wanted)
        as a(strategy text, "clientOrderId" text, instrument text, "exitKind" text, "exitId" uuid, "reservationId" uuid, "keyId" uuid)),
    own as materialized (
      select s.* from strategies s where s.portfolio_id = in_place and s.engine_ref in (select strategy from asked)),
    expired as (
      update reservations set state = 'released', released_at = in_at, released_why = 'expired'
      where portfolio_id = in_place and state = 'held' and expires_at <= in_at
      returning strategy_id, instrument, amount, quantity, is_reducing),
    seen as (
      update reservations set state = 'released', released_at = in_at, released_why = 'seen'
      where portfolio_id = in_place and state = 'filled' and filled_at <= (select min(substr(account.value->>'asOf', 2)::timestamptz)
        from risk_states k, jsonb_each(k.state->'accounts') account where k.portfolio_id = in_place
          and account.key in (select id::text from accounts where portfolio_id = in_place and closed_at is null))
      returning strategy_id, instrument, amount, quantity, is_reducing),
    gone as (select * from expired union all select * from seen)
    select json_build_object(
      'at', in_at,
      'book', book,
      'keys', (select coalesce(json_agg(json_build_object('id', k.id, 'scopes', k.scopes, 'engineId', k.engine_id)), '[]') from api_keys k
        where k.id in (select "keyId" from asked) and k.revoked_at is null and k.approved_at is not null and k.expires_at > app.protocol_now()),
      'gone', (select coalesce(json_agg(json_build_object('strategyId', strategy_id, 'instrument', instrument, 'amount', amount::text,
          'quantity', quantity::text, 'isReducing', is_reducing)), '[]') from gone),
      'risk', (select json_build_object('version', version, 'asOf', as_of, 'suspect', suspect,
          'state', case when version = in_known then null else state end) from risk_states where portfolio_id = in_place),
      'latches', (select coalesce(json_agg(json_build_object('scope', scope, 'portfolioId', portfolio_id, 'strategyId', strategy_id,
          'state', state, 'reason', reason) order by opened_at), '[]') from trading_latches
        where lifted_at is null and (scope = 'firm' or portfolio_id = in_place)),
      'episodes', (select coalesce(json_agg(json_build_object('measure', measure, 'scope', scope, 'strategyId', strategy_id, 'subject', subject,
          'sentence', number || ': ' || sentence) order by opened_at), '[]') from breach_episodes
        where portfolio_id = in_place and tier = 'hard' and (state in ('open', 'acknowledged')
          or (state = 'accepted' and (accepted_until is null or accepted_until <= in_at)))),
      'strategies', (select coalesce(json_agg(json_build_object('id', s.id, 'ref', s.engine_ref, 'engineId', s.engine_id, 'capital', c.capital::text, 'scale', c.scale::text,
          'allocation', c.allocation::text, 'tranche', c.tranche, 'release', r.digest, 'heartbeatAt', e.last_heartbeat_at,
          'reported', (select json_build_object('release', line->>'release') from jsonb_array_elements(
             case when jsonb_typeof(e.last_report->'strategies') = 'array' then e.last_report->'strategies' else '[]'::jsonb end) line
             where line->>'ref' = s.engine_ref limit 1),
          'recent', (select count(*) from reservations o where o.strategy_id = s.id and o.created_at > in_at - interval '1 second'))), '[]')
        from own s left join strategy_capital c on c.strategy_id = s.id and c.ended_at is null
        left join launches l on l.id = c.launch_id left join releases r on r.id = l.release_id
        left join engines e on e.id = s.engine_id and e.disabled_at is null and e.approved_at is not null),
      'repeats', (select coalesce(json_agg(json_build_object('strategyId', o.strategy_id, 'clientOrderId', o.client_order_id, 'answer', o.answer,
          'content', o.content, 'hasRunOut', o.submitted_at is null and (o.state = 'released' or (o.state = 'held' and o.expires_at <= in_at)))), '[]')
        from asked a join own s on s.engine_ref = a.strategy
        join reservations o on o.strategy_id = s.id and o.client_order_id = a."clientOrderId"),
      -- By its id alone: `offset 0` keeps the other conditions from choosing another way to it.
      'reserved', (select coalesce(json_agg(json_build_object('id', o.id, 'strategyId', o.strategy_id, 'instrument', o.instrument, 'amount', o.amount::text,
          'quantity', o.quantity::text, 'isReducing', o.is_reducing)), '[]')
        from (select distinct "reservationId" as id from asked where "reservationId" is not null) a
        cross join lateral (select * from reservations r where r.id = a.id offset 0) o
        where o.portfolio_id = in_place and o.state = 'held' and o.expires_at > in_at),
      'instruments', (select coalesce(json_agg(json_build_object('instrument', i.instrument,
          'unit', (select (multiplier * fx)::text from instruments k where k.portfolio_id = in_place and k.instrument = i.instrument),
          'averageDailyVolume', case when traded.oldest >= volumes_since then traded.average end,
          'volumesEndedOn', case when traded.oldest < volumes_since then traded.newest end,
          'marks', (select json_agg(json_build_object('price', price::text, 'at', m.at) order by minute desc) from instrument_marks m
             where m.portfolio_id = in_place and m.instrument = i.instrument and m.minute > in_at - interval '6 minutes'),
          'last', (select json_build_object('price', price::text, 'at', at) from (
             select price, m.at from instrument_marks m where m.portfolio_id = in_place and m.instrument = i.instrument
             union all select close, least(((day::date + 1)::timestamp at time zone 'UTC'), recorded_at) from instrument_closes c
               where c.portfolio_id = in_place and c.instrument = i.instrument
                 and c.day = (select max(day) from instrument_closes n where n.portfolio_id = in_place and n.instrument = i.instrument and n.day <= closes_until)) known
             order by at desc limit 1))), '[]')
        from (select distinct instrument from asked) i left join lateral (
          select avg(volume)::text as average, min(day) as oldest, max(day) as newest from (select volume, day from instrument_closes v
             where v.portfolio_id = in_place and v.instrument = i.instrument and volume is not null and v.day <= closes_until
             order by day desc limit 20) volumes having count(*) = 20) traded on true),
      'authorities', (select coalesce(json_agg(stands), '[]') from (
          select p.id, p.strategy_id::text as "strategyId", p.instrument from exit_permits p join asked a on a."exitKind" = 'person' and a."exitId" = p.id
            where p.portfolio_id = in_place and p.expires_at > in_at
          -- What a person approved and what reduces, in the places it reduces, for a day: never a halt or a reduce-only of the house.
          union all select b.id, scoped.strategy, scoped.instrument from breach_actions b join breach_episodes x on x.id = b.episode_id
            join asked a on a."exitKind" = 'action' and a."exitId" = b.id
            cross join lateral (
              select regexp_replace(target->>'strategy', '^\\', '') as strategy, regexp_replace(target->>'instrument', '^\\', '') as instrument
                from jsonb_array_elements(case when jsonb_typeof(b.params->'targets') = 'array' then b.params->'targets' else '[]'::jsonb end) target
                where b.type in ('reduce-positions', 'reduce-position') and target->>'strategy' is not null and target->>'instrument' is not null
              union all select x.strategy_id::text, null where b.type = 'raise-cash') scoped
            where x.portfolio_id = in_place and not b.automatic and b.state in ('approved', 'sent') and b.settled_at is null
              and b.decided_at > in_at - interval '24 hours'
          union all select g.id, g.strategy_id::text, null from emergencies g join asked a on a."exitKind" = 'emergency' and a."exitId" = g.id
            where g.resumed_at is null and not g.is_drill and (g.scope = 'firm' or g.portfolio_id = in_place)) stands),
      'contextDigest', (select md5(concat(
          (select string_agg(concat(id, effective_at, expires_at, rejected_at), ',' order by id) from limit_sets where portfolio_id = in_place or scope = 'firm'),
          (select string_agg(id::text, ',' order by id) from accounts where portfolio_id = in_place and closed_at is null),
          (select p::text || c::text from portfolios p join calendars c on c.id = p.calendar_id where p.id = in_place))))
    ) into facts;
  RETURN facts;
END $$;
