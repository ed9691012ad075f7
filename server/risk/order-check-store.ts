import 'server-only';
import { sql as query } from 'drizzle-orm';
import { db } from '@/db/client';
import type { OrderAnswer } from '../capital/order';
import type { StoredBook } from '../capital/order-book';
import { DomainError } from '../kernel/errors';
import type { Tx } from '../kernel/transaction';
import type { LatchScope } from '../trading-state/latch';

/** What one order of a batch asks the database about. */
export type Asked = {
  strategy: string;
  clientOrderId: string;
  instrument: string;
  exitKind: string | null;
  exitId: string | null;
  reservationId: string | null;
};

export type GoneRow = {
  strategyId: string;
  instrument: string;
  amount: string;
  quantity: string;
  isReducing: boolean;
};

/** Everything a batch is decided on that may have changed since the last one. */
export type BatchFacts = {
  gone: GoneRow[];
  risk: { version: number; asOf: string | null; suspect: boolean; state: unknown | null } | null;
  latches: {
    scope: LatchScope['kind'];
    portfolioId: string | null;
    strategyId: string | null;
    state: 'REDUCING' | 'HALTED';
    reason: string;
  }[];
  episodes: { measure: string; scope: string; strategyId: string | null; subject: string; sentence: string }[];
  strategies: {
    id: string;
    ref: string;
    capital: string | null;
    scale: string | null;
    allocation: string | null;
    tranche: number | null;
    release: string | null;
    heartbeatAt: string | null;
    reported: { release: string | null } | null;
    recent: number;
  }[];
  repeats: { strategyId: string; clientOrderId: string; answer: OrderAnswer }[];
  reserved: (GoneRow & { id: string })[];
  instruments: {
    instrument: string;
    unit: string | null;
    averageDailyVolume: string | null;
    marks: { price: string; at: string }[] | null;
  }[];
  authorities: { id: string; strategyId: string | null; instrument: string | null }[];
  /** Changes with any version of limits, the calendar or the accounts of the portfolio. */
  contextDigest: string;
};

/** The sums promised in a portfolio, its row locked: from here to commit nobody else promises anything in it. */
export async function lockBook(tx: Tx, portfolioId: string, now: Date): Promise<StoredBook> {
  const lock = () =>
    tx.execute<{ totals: StoredBook }>(
      query`select totals from order_books where portfolio_id = ${portfolioId} for update`,
    );
  const [held] = await lock();
  if (held) return held.totals;
  await tx.execute(
    query`insert into order_books (portfolio_id, totals, updated_at) values (${portfolioId}, '{}', ${now.toISOString()}::timestamptz) on conflict do nothing`,
  );
  const [made] = await lock();
  if (!made) throw new DomainError('UNAVAILABLE', 'The book of this portfolio could not be opened. Try again.');
  return made.totals;
}

/**
 * Facts of a batch in one statement, under the book's lock; what has run out is released by the way and told as `gone`.
 * `known` is the version of the risk state the caller remembers: the state comes along only when it is another.
 */
export async function loadBatchFacts(
  tx: Tx,
  portfolioId: string,
  asked: readonly Asked[],
  known: number,
  now: Date,
): Promise<BatchFacts> {
  const at = query`${now.toISOString()}::timestamptz`;
  const [row] = await tx.execute<{ facts: BatchFacts }>(query`
    with asked as materialized (
      select * from jsonb_to_recordset(${JSON.stringify(asked)}::jsonb)
        as a(strategy text, "clientOrderId" text, instrument text, "exitKind" text, "exitId" uuid, "reservationId" uuid)),
    own as materialized (
      select s.* from strategies s where s.portfolio_id = ${portfolioId} and s.engine_ref in (select strategy from asked)),
    gone as (
      update reservations set state = 'released', released_at = ${at}, released_why = case when state = 'held' then 'expired' else 'seen' end
      where portfolio_id = ${portfolioId} and ((state = 'held' and expires_at <= ${at})
        or (state = 'filled' and filled_at <= (select as_of from risk_states where portfolio_id = ${portfolioId})))
      returning strategy_id, instrument, amount, quantity, is_reducing)
    select json_build_object(
      'gone', (select coalesce(json_agg(json_build_object('strategyId', strategy_id, 'instrument', instrument, 'amount', amount::text,
          'quantity', quantity::text, 'isReducing', is_reducing)), '[]') from gone),
      'risk', (select json_build_object('version', version, 'asOf', as_of, 'suspect', suspect,
          'state', case when version = ${known} then null else state end) from risk_states where portfolio_id = ${portfolioId}),
      'latches', (select coalesce(json_agg(json_build_object('scope', scope, 'portfolioId', portfolio_id, 'strategyId', strategy_id,
          'state', state, 'reason', reason) order by opened_at), '[]') from trading_latches
        where lifted_at is null and (scope = 'firm' or portfolio_id = ${portfolioId})),
      'episodes', (select coalesce(json_agg(json_build_object('measure', measure, 'scope', scope, 'strategyId', strategy_id, 'subject', subject,
          'sentence', number || ': ' || sentence) order by opened_at), '[]') from breach_episodes
        where portfolio_id = ${portfolioId} and tier = 'hard' and (state in ('open', 'acknowledged')
          or (state = 'accepted' and (accepted_until is null or accepted_until <= ${at})))),
      'strategies', (select coalesce(json_agg(json_build_object('id', s.id, 'ref', s.engine_ref, 'capital', c.capital::text, 'scale', c.scale::text,
          'allocation', c.allocation::text, 'tranche', c.tranche, 'release', r.digest, 'heartbeatAt', e.last_heartbeat_at,
          'reported', (select json_build_object('release', line->>'release') from jsonb_array_elements(
             case when jsonb_typeof(e.last_report->'strategies') = 'array' then e.last_report->'strategies' else '[]'::jsonb end) line
             where line->>'ref' = s.engine_ref limit 1),
          'recent', (select count(*) from reservations o where o.strategy_id = s.id and o.created_at > ${at} - interval '1 second'))), '[]')
        from own s left join strategy_capital c on c.strategy_id = s.id and c.ended_at is null
        left join launches l on l.id = c.launch_id left join releases r on r.id = l.release_id
        left join engines e on e.id = s.engine_id and e.disabled_at is null and e.approved_at is not null),
      'repeats', (select coalesce(json_agg(json_build_object('strategyId', o.strategy_id, 'clientOrderId', o.client_order_id, 'answer', o.answer)), '[]')
        from asked a join own s on s.engine_ref = a.strategy
        join reservations o on o.strategy_id = s.id and o.client_order_id = a."clientOrderId"),
      'reserved', (select coalesce(json_agg(json_build_object('id', o.id, 'strategyId', o.strategy_id, 'instrument', o.instrument, 'amount', o.amount::text,
          'quantity', o.quantity::text, 'isReducing', o.is_reducing)), '[]') from reservations o
        where o.id in (select "reservationId" from asked) and o.portfolio_id = ${portfolioId} and o.state = 'held' and o.expires_at > ${at}),
      'instruments', (select coalesce(json_agg(json_build_object('instrument', i.instrument,
          'unit', (select (multiplier * fx)::text from instruments k where k.portfolio_id = ${portfolioId} and k.instrument = i.instrument),
          'averageDailyVolume', (select avg(volume)::text from (select volume from instrument_closes v where v.portfolio_id = ${portfolioId}
             and v.instrument = i.instrument and volume is not null order by day desc limit 20) traded having count(*) = 20),
          'marks', (select json_agg(json_build_object('price', price::text, 'at', m.at) order by minute desc) from instrument_marks m
             where m.portfolio_id = ${portfolioId} and m.instrument = i.instrument and m.minute > ${at} - interval '6 minutes'))), '[]')
        from (select distinct instrument from asked) i),
      'authorities', (select coalesce(json_agg(stands), '[]') from (
          select p.id, p.strategy_id as "strategyId", p.instrument from exit_permits p join asked a on a."exitKind" = 'person' and a."exitId" = p.id
            where p.portfolio_id = ${portfolioId} and p.expires_at > ${at}
          union all select b.id, null, null from breach_actions b join breach_episodes x on x.id = b.episode_id
            join asked a on a."exitKind" = 'action' and a."exitId" = b.id
            where x.portfolio_id = ${portfolioId} and b.state in ('approved', 'sent')
          union all select g.id, g.strategy_id, null from emergencies g join asked a on a."exitKind" = 'emergency' and a."exitId" = g.id
            where g.resumed_at is null and not g.is_drill and (g.scope = 'firm' or g.portfolio_id = ${portfolioId})) stands),
      'contextDigest', (select md5(concat(
          (select string_agg(concat(id, effective_at, expires_at, rejected_at), ',' order by id) from limit_sets where portfolio_id = ${portfolioId} or scope = 'firm'),
          (select string_agg(id::text, ',' order by id) from accounts where portfolio_id = ${portfolioId}),
          (select p::text || c::text from portfolios p join calendars c on c.id = p.calendar_id where p.id = ${portfolioId}))))
    ) as facts`);
  if (!row) throw new DomainError('UNAVAILABLE', 'The facts of this check could not be read. Try again.');
  return row.facts;
}

export type AnswerRow = {
  id: string;
  strategyId: string;
  clientOrderId: string;
  instrument: string;
  side: string;
  quantity: string;
  price: string | null;
  amount: string;
  isReducing: boolean;
  state: 'held' | 'denied';
  answer: OrderAnswer;
  askedBy: string;
  expiresAt: string | null;
  mark: { price: string; at: string } | null;
};

/** Keeps the answers of a batch, the sums after it and the reference prices it came with, in one statement. */
export async function saveAnswers(
  tx: Tx,
  input: { portfolioId: string; rows: readonly AnswerRow[]; used: readonly string[]; totals: StoredBook; now: Date },
): Promise<void> {
  const at = query`${input.now.toISOString()}::timestamptz`;
  await tx.execute(query`
    with answers as materialized (
      select * from jsonb_to_recordset(${JSON.stringify(input.rows)}::jsonb) as r(id uuid, "strategyId" uuid, "clientOrderId" text, instrument text,
        side text, quantity numeric, price numeric, amount numeric, "isReducing" boolean, state text, answer jsonb, "askedBy" text, "expiresAt" timestamptz, mark jsonb)),
    kept as (
      insert into reservations (id, portfolio_id, strategy_id, client_order_id, instrument, side, quantity, price, amount, is_reducing, state, answer, asked_by, created_at, expires_at)
      select id, ${input.portfolioId}, "strategyId", "clientOrderId", instrument, side, quantity, price, amount, "isReducing", state, answer, "askedBy", ${at}, "expiresAt" from answers),
    seen as (
      insert into instrument_marks (portfolio_id, instrument, minute, price, at)
      select distinct on (instrument) ${input.portfolioId}, instrument, date_trunc('minute', ${at}), (mark->>'price')::numeric, (mark->>'at')::timestamptz
      from answers where mark is not null on conflict do nothing),
    used as (
      update reservations set state = 'released', released_at = ${at}, released_why = 'used by its order'
      where id in (select value::uuid from jsonb_array_elements_text(${JSON.stringify(input.used)}::jsonb)))
    update order_books set totals = ${JSON.stringify(input.totals)}::jsonb, updated_at = ${at} where portfolio_id = ${input.portfolioId}`);
}

/** The trading place an engine names: the strategy's id, or null. */
export async function strategyIdOf(portfolioId: string, ref: string): Promise<string | null> {
  const [row] = await db.execute<{ id: string }>(
    query`select id from strategies where portfolio_id = ${portfolioId} and engine_ref = ${ref}`,
  );
  return row?.id ?? null;
}
