import 'server-only';
import { asc, eq } from 'drizzle-orm';
import { accounts } from '@/db/schema';
import type { Tx } from '../../kernel/transaction';

/** The accounts of a portfolio, open and closed, held. */
export const lockAccounts = (tx: Tx, portfolioId: string) =>
  tx.select().from(accounts).where(eq(accounts.portfolioId, portfolioId)).orderBy(asc(accounts.code)).for('update');

export const markClosed = (tx: Tx, id: string, closedAt: Date) =>
  tx.update(accounts).set({ closedAt }).where(eq(accounts.id, id));
