import 'server-only';
import { and, count, desc, eq, gt, inArray, isNotNull, lt, sql as query } from 'drizzle-orm';
import { db } from '@/db/client';
import {
  closedTrades,
  exitPermits,
  instrumentMarks,
  instruments,
  orderBooks,
  orderFills,
  reservations,
  strategies,
  strategyPositions,
  tradingLatches,
} from '@/db/schema';
import type { StoredBook } from '../../capital/order-book';
import type { Tx } from '../../kernel/transaction';

type Reader = Tx | typeof db;
export type ReservationRow = typeof reservations.$inferSelect;

/** The orders of these ids, by the engine's name of their strategy; rows locked. */
export async function lockReservations(
  tx: Tx,
  portfolioId: string,
  wanted: readonly { strategy: string; clientOrderId: string }[],
): Promise<(ReservationRow & { ref: string })[]> {
  const ids = [...new Set(wanted.map((w) => w.clientOrderId))];
  const rows = await tx
    .select({ row: reservations, ref: strategies.engineRef })
    .from(reservations)
    .innerJoin(strategies, eq(strategies.id, reservations.strategyId))
    .where(and(eq(reservations.portfolioId, portfolioId), inArray(reservations.clientOrderId, ids)))
    .for('update', { of: reservations });
  return rows.map(({ row, ref }) => ({ ...row, ref }));
}

export const updateReservation = (tx: Tx, id: string, change: Partial<typeof reservations.$inferInsert>) =>
  tx.update(reservations).set(change).where(eq(reservations.id, id));

export const insertReservation = (tx: Tx, row: typeof reservations.$inferInsert) => tx.insert(reservations).values(row);

export const saveBook = (tx: Tx, portfolioId: string, totals: StoredBook, now: Date) =>
  tx.update(orderBooks).set({ totals, updatedAt: now }).where(eq(orderBooks.portfolioId, portfolioId));

/** Keeps an execution; false when it was told before. */
export async function insertFill(tx: Tx, row: typeof orderFills.$inferInsert): Promise<boolean> {
  const made = await tx.insert(orderFills).values(row).onConflictDoNothing().returning({ id: orderFills.id });
  return made.length === 1;
}

export async function findEntry(tx: Tx, strategyId: string, instrument: string) {
  const [row] = await tx
    .select()
    .from(strategyPositions)
    .where(and(eq(strategyPositions.strategyId, strategyId), eq(strategyPositions.instrument, instrument)));
  return row;
}

/**
 * What a strategy held of an instrument before an instant: as the newest snapshot of each account before it states it, and
 * the fills told since, all but the execution that is looked at. 0 where no snapshot is that old.
 */
export async function heldBefore(
  tx: Tx,
  place: { portfolioId: string; strategyId: string; instrument: string },
  at: Date,
  executionId: string | null,
): Promise<string> {
  const { portfolioId, strategyId, instrument } = place;
  const [row] = await tx.execute<{ quantity: string }>(query`
    with stated as (
      select newest.as_of, (p.held->>'quantity')::numeric as quantity
      from accounts a join strategies s on s.id = ${strategyId}
      cross join lateral (select as_of, positions from snapshots n
        where n.account_id = a.id and n.as_of < ${at.toISOString()}::timestamptz order by n.as_of desc limit 1) newest
      left join lateral jsonb_array_elements(newest.positions) p(held)
        on p.held->>'strategy' = s.engine_ref and p.held->>'instrument' = ${instrument}
      where a.portfolio_id = ${portfolioId}),
    since as (select coalesce(max(as_of) filter (where quantity is not null), max(as_of)) as at from stated)
    select (coalesce((select sum(quantity) from stated), 0) + coalesce((
      select sum(case side when 'buy' then f.quantity else -f.quantity end) from order_fills f, since
      where f.strategy_id = ${strategyId} and f.instrument = ${instrument} and f.at > since.at
        and f.received_at > since.at - interval '1 hour' and f.execution_id is distinct from ${executionId}), 0))::text as quantity`);
  return row?.quantity ?? '0';
}

export const saveEntry = (tx: Tx, row: typeof strategyPositions.$inferInsert) =>
  tx
    .insert(strategyPositions)
    .values(row)
    .onConflictDoUpdate({
      target: [strategyPositions.strategyId, strategyPositions.instrument],
      set: {
        quantity: row.quantity,
        averagePrice: row.averagePrice,
        openedAt: row.openedAt,
        updatedAt: row.updatedAt,
        realised: row.realised,
      },
    });

export const deleteEntry = (tx: Tx, strategyId: string, instrument: string) =>
  tx
    .delete(strategyPositions)
    .where(and(eq(strategyPositions.strategyId, strategyId), eq(strategyPositions.instrument, instrument)));

export const insertClosedTrade = (tx: Tx, row: typeof closedTrades.$inferInsert) => tx.insert(closedTrades).values(row);

/** Executions of a strategy received after an instant. */
export async function fillsSince(tx: Tx, strategyId: string, since: Date): Promise<number> {
  const [row] = await tx
    .select({ n: count() })
    .from(orderFills)
    .where(and(eq(orderFills.strategyId, strategyId), gt(orderFills.receivedAt, since)));
  return row?.n ?? 0;
}

/** When a halt for too many executions was last lifted: executions count from there anew. */
export async function lastExecutionsLift(tx: Tx, strategyId: string): Promise<Date | null> {
  const [row] = await tx
    .select({ at: tradingLatches.liftedAt })
    .from(tradingLatches)
    .where(
      and(
        eq(tradingLatches.strategyId, strategyId),
        isNotNull(tradingLatches.liftedAt),
        query`${tradingLatches.cause}->>'kind' = 'executions'`,
      ),
    )
    .orderBy(desc(tradingLatches.liftedAt))
    .limit(1);
  return row?.at ?? null;
}

/** Multiplier, FX and lot of an instrument, and who said so; null where nobody did. */
export async function registeredUnit(portfolioId: string, instrument: string, from: Reader = db) {
  const [row] = await from
    .select()
    .from(instruments)
    .where(and(eq(instruments.portfolioId, portfolioId), eq(instruments.instrument, instrument)));
  return row ?? null;
}

export const insertExitPermit = (tx: Tx, row: typeof exitPermits.$inferInsert) => tx.insert(exitPermits).values(row);

/**
 * Working orders submitted before an instant that a younger report of their engine does not list any more; they count as
 * filled when that report was made, never later than now, which keeps their promise until a snapshot is newer.
 */
export async function ordersNoLongerWorking(tx: Tx, submittedBefore: Date, now: Date) {
  return tx.execute<{ portfolioId: string; clientOrderId: string }>(query`
    update reservations r set state = 'filled', filled_at = least((e.last_report->>'asOf')::timestamptz, ${now.toISOString()}::timestamptz)
    from strategies s join engines e on e.id = s.engine_id
    where s.id = r.strategy_id and r.state = 'working' and r.submitted_at < ${submittedBefore.toISOString()}::timestamptz
      and jsonb_typeof(e.last_report->'workingOrders') = 'array'
      and (e.last_report->>'asOf')::timestamptz > r.submitted_at + interval '10 seconds'
      and not exists (select 1 from jsonb_array_elements(e.last_report->'workingOrders') o
        where o->>'id' = r.client_order_id and o->>'strategy' = s.engine_ref)
    returning r.portfolio_id as "portfolioId", r.client_order_id as "clientOrderId"`);
}

/** Removes reference prices from before an instant; says how many. */
export async function forgetMarks(tx: Tx, before: Date): Promise<number> {
  const gone = await tx
    .delete(instrumentMarks)
    .where(lt(instrumentMarks.minute, before))
    .returning({ at: instrumentMarks.minute });
  return gone.length;
}
