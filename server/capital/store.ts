import 'server-only';
import { and, eq, inArray, isNull, sql as query } from 'drizzle-orm';
import { db } from '@/db/client';
import { reservations, strategyCapital } from '@/db/schema';
import { ONE } from '../kernel/decimal';
import type { Tx } from '../kernel/transaction';
import { maximumAllocation } from './leverage';
import { listLeverage } from './leverage-store';

type Reader = Tx | typeof db;
export type CapitalRow = typeof strategyCapital.$inferSelect;

/** Capital in force of a strategy, its row locked; undefined before its first tranche. */
export async function lockCapital(tx: Tx, strategyId: string): Promise<CapitalRow | undefined> {
  const [row] = await tx
    .select()
    .from(strategyCapital)
    .where(and(eq(strategyCapital.strategyId, strategyId), isNull(strategyCapital.endedAt)))
    .for('update');
  return row;
}

/** The newest capital of a strategy, in force or ended, its row locked; undefined before its first tranche. */
export async function lockNewestCapital(tx: Tx, strategyId: string): Promise<CapitalRow | undefined> {
  const [row] = await tx
    .select()
    .from(strategyCapital)
    .where(eq(strategyCapital.strategyId, strategyId))
    .orderBy(query`${strategyCapital.endedAt} desc nulls first, ${strategyCapital.effectiveAt} desc`)
    .limit(1)
    .for('update');
  return row;
}

/** Capital in force in these portfolios (null: all). */
export async function listCapital(portfolioIds: string[] | null, from: Reader = db): Promise<CapitalRow[]> {
  if (portfolioIds !== null && portfolioIds.length === 0) return [];
  const place = portfolioIds === null ? undefined : inArray(strategyCapital.portfolioId, portfolioIds);
  return from
    .select()
    .from(strategyCapital)
    .where(and(isNull(strategyCapital.endedAt), place));
}

/** What allocations of a portfolio may sum to by the leverage in force; null where none is. */
export async function approvedLeverage(portfolioId: string, now: Date, from: Reader = db): Promise<string | null> {
  const maximum = maximumAllocation(await listLeverage(portfolioId, from), now);
  return maximum.gt(ONE) ? maximum.toFixed() : null;
}

export const insertCapital = (tx: Tx, row: typeof strategyCapital.$inferInsert) =>
  tx.insert(strategyCapital).values(row);
export const updateCapital = (tx: Tx, id: string, change: Partial<typeof strategyCapital.$inferInsert>) =>
  tx.update(strategyCapital).set(change).where(eq(strategyCapital.id, id));

/** Reservations that are held or working in a portfolio. */
export async function listReservations(portfolioId: string, from: Reader = db) {
  return from
    .select()
    .from(reservations)
    .where(and(eq(reservations.portfolioId, portfolioId), inArray(reservations.state, ['held', 'working'])));
}
