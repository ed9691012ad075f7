import 'server-only';
import { desc, eq } from 'drizzle-orm';
import { db } from '@/db/client';
import { leverageApprovals, portfolios } from '@/db/schema';
import type { Tx } from '../kernel/transaction';

type Reader = Tx | typeof db;
export type LeverageRow = typeof leverageApprovals.$inferSelect;

/** Every leave for leverage a portfolio had or has, and those that wait, newest first. */
export async function listLeverage(portfolioId: string, from: Reader = db): Promise<LeverageRow[]> {
  return from
    .select()
    .from(leverageApprovals)
    .where(eq(leverageApprovals.portfolioId, portfolioId))
    .orderBy(desc(leverageApprovals.id));
}

export async function findLeverage(id: string, from: Reader = db): Promise<LeverageRow | undefined> {
  const [row] = await from.select().from(leverageApprovals).where(eq(leverageApprovals.id, id));
  return row;
}

/** Holds the portfolio's row: its allocations and its leverage are decided on one after the other. */
export async function holdLeverage(tx: Tx, portfolioId: string): Promise<LeverageRow[]> {
  await tx.select({ id: portfolios.id }).from(portfolios).where(eq(portfolios.id, portfolioId)).for('update');
  return listLeverage(portfolioId, tx);
}

export const insertLeverage = (tx: Tx, row: typeof leverageApprovals.$inferInsert) =>
  tx.insert(leverageApprovals).values(row);
export const updateLeverage = (tx: Tx, id: string, change: Partial<typeof leverageApprovals.$inferInsert>) =>
  tx.update(leverageApprovals).set(change).where(eq(leverageApprovals.id, id));
