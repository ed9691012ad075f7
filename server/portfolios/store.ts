import 'server-only';
import { asc, eq, inArray } from 'drizzle-orm';
import { db, type Tx } from '@/db/client';
import { accounts, calendars, portfolios } from '@/db/schema';
import type { PortfolioView } from './portfolio';

/** Portfolios by name with their account codes; `ids` null means all. */
export async function listPortfolios(ids: string[] | null, from: typeof db | Tx = db): Promise<PortfolioView[]> {
  if (ids !== null && ids.length === 0) return [];
  const rows = await from
    .select()
    .from(portfolios)
    .where(ids === null ? undefined : inArray(portfolios.id, ids))
    .orderBy(asc(portfolios.name));
  const codes = await from
    .select({ portfolioId: accounts.portfolioId, code: accounts.code })
    .from(accounts)
    .orderBy(asc(accounts.code));
  return rows.map((row) => ({ ...row, accounts: codes.filter((c) => c.portfolioId === row.id).map((c) => c.code) }));
}

/** One portfolio, or null. */
export async function portfolioById(id: string, from: typeof db | Tx = db) {
  const [row] = await from.select().from(portfolios).where(eq(portfolios.id, id));
  return row ?? null;
}

/** Trading calendars: weekly sessions in their zone, with dated exceptions. */
export const listCalendars = (from: typeof db | Tx = db) => from.select().from(calendars).orderBy(asc(calendars.id));

export async function portfolioNamed(name: string, tx: Tx) {
  const [row] = await tx.select({ id: portfolios.id }).from(portfolios).where(eq(portfolios.name, name));
  return row ?? null;
}

export const insertPortfolio = (tx: Tx, row: typeof portfolios.$inferInsert) => tx.insert(portfolios).values(row);
export const insertAccount = (tx: Tx, row: typeof accounts.$inferInsert) => tx.insert(accounts).values(row);
