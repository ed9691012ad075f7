import 'server-only';
import { asc, eq, inArray } from 'drizzle-orm';
import { db, type Tx } from '@/db/client';
import { accounts, calendars, portfolios } from '@/db/schema';
import { readNow } from '../kernel/transaction';
import { type CalendarView, dayIn, type Exceptions } from './calendar-exception';
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
    .select({ portfolioId: accounts.portfolioId, code: accounts.code, closedAt: accounts.closedAt })
    .from(accounts)
    .orderBy(asc(accounts.code));
  return rows.map((row) => {
    const own = codes.filter((c) => c.portfolioId === row.id);
    return {
      ...row,
      accounts: own.filter(({ closedAt }) => closedAt === null).map(({ code }) => code),
      closedAccounts: own.flatMap(({ code, closedAt }) => (closedAt ? [{ code, closedAt }] : [])),
    };
  });
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

/** Holds a portfolio's row; false where there is none. */
export async function lockPortfolio(tx: Tx, id: string): Promise<boolean> {
  const rows = await tx.select({ id: portfolios.id }).from(portfolios).where(eq(portfolios.id, id)).for('update');
  return rows.length > 0;
}

/** A portfolio's accounts, open and closed, by the codes by which engines name them. */
export const accountsOf = (portfolioId: string, from: typeof db | Tx = db) =>
  from
    .select({ code: accounts.code, closedAt: accounts.closedAt })
    .from(accounts)
    .where(eq(accounts.portfolioId, portfolioId))
    .orderBy(asc(accounts.code));

export async function lockCalendar(tx: Tx, id: string) {
  const [row] = await tx.select().from(calendars).where(eq(calendars.id, id)).for('update');
  return row ?? null;
}

export const updateCalendar = (tx: Tx, id: string, exceptions: Exceptions) =>
  tx.update(calendars).set({ exceptions }).where(eq(calendars.id, id));

/** Calendars as a page edits them: weekly sessions, and the exceptions from today on. */
export async function calendarsView(): Promise<CalendarView[]> {
  const [rows, now] = await Promise.all([listCalendars(), readNow()]);
  return rows.map(({ id, timeZone, weekly, exceptions }) => {
    const today = dayIn(timeZone, now);
    const ahead = Object.entries(exceptions).filter(([day]) => day >= today);
    return {
      id,
      timeZone,
      today,
      weekly,
      exceptions: ahead.sort(([a], [b]) => a.localeCompare(b)).map(([day, hours]) => ({ day, hours })),
    };
  });
}
