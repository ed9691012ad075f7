import 'server-only';
import { and, asc, eq, gt, inArray, isNull, or } from 'drizzle-orm';
import { accounts, reservations } from '@/db/schema';
import type { Tx } from '../../kernel/transaction';
import type { StandingOrder } from './account-close';

/** The accounts of a portfolio, open and closed, held. */
export const lockAccounts = (tx: Tx, portfolioId: string) =>
  tx.select().from(accounts).where(eq(accounts.portfolioId, portfolioId)).orderBy(asc(accounts.code)).for('update');

export const markClosed = (tx: Tx, id: string, closedAt: Date) =>
  tx.update(accounts).set({ closedAt }).where(eq(accounts.id, id));

/** Orders of a portfolio that may be sent yet, work, or were filled and wait for a snapshot that sees it; the oldest first. */
export async function standingOrders(tx: Tx, portfolioId: string, now: Date): Promise<StandingOrder[]> {
  const { clientOrderId, state, filledAt, expiresAt, createdAt } = reservations;
  const rows = await tx
    .select({ clientOrderId, state, filledAt })
    .from(reservations)
    .where(
      and(
        eq(reservations.portfolioId, portfolioId),
        inArray(state, ['held', 'working', 'filled']),
        or(inArray(state, ['working', 'filled']), isNull(expiresAt), gt(expiresAt, now)),
      ),
    )
    .orderBy(asc(createdAt));
  return rows as StandingOrder[];
}
