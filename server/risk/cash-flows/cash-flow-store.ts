import 'server-only';
import { and, count, desc, eq, gte, isNotNull, isNull, lte, sql as query } from 'drizzle-orm';
import { db } from '@/db/client';
import { accounts, cashFlows, snapshots } from '@/db/schema';
import { Decimal } from '../../kernel/decimal';
import type { Tx } from '../../kernel/transaction';
import type { CashFlow, KnownFlow } from './cash-flow';

type Reader = Tx | typeof db;
export type CashFlowRow = typeof cashFlows.$inferSelect;

/** Flows by hand of a portfolio, newest first. */
export const listCashFlows = (portfolioId: string, from: Reader = db): Promise<CashFlowRow[]> =>
  from.select().from(cashFlows).where(eq(cashFlows.portfolioId, portfolioId)).orderBy(desc(cashFlows.id)).limit(50);

/** Flows by hand of an account between two instants. */
export const cashFlowsBetween = (
  accountId: string,
  first: Date,
  last: Date,
  from: Reader = db,
): Promise<CashFlowRow[]> =>
  from
    .select()
    .from(cashFlows)
    .where(
      and(eq(cashFlows.accountId, accountId), gte(cashFlows.effectiveAt, first), lte(cashFlows.effectiveAt, last)),
    );

/** How many were proposed since and wait for signatures. */
export async function countWaiting(portfolioId: string, since: Date, from: Reader = db): Promise<number> {
  const [row] = await from
    .select({ waiting: count() })
    .from(cashFlows)
    .where(
      and(
        eq(cashFlows.portfolioId, portfolioId),
        isNull(cashFlows.appliedAt),
        isNull(cashFlows.rejectedAt),
        gte(cashFlows.proposedAt, since),
      ),
    );
  return row?.waiting ?? 0;
}

export async function lockCashFlow(tx: Tx, id: string): Promise<CashFlowRow | undefined> {
  const [row] = await tx.select().from(cashFlows).where(eq(cashFlows.id, id)).for('update');
  return row;
}

export const insertCashFlow = (tx: Tx, row: typeof cashFlows.$inferInsert) => tx.insert(cashFlows).values(row);
export const updateCashFlow = (tx: Tx, id: string, change: Partial<typeof cashFlows.$inferInsert>) =>
  tx.update(cashFlows).set(change).where(eq(cashFlows.id, id));

/**
 * Applied flows that count in rows after `from` (null: the beginning). `isSeen`: a row of its account from its instant on
 * lies at or before `from`, so that a state of then has it.
 */
export async function flowsByHand(
  portfolioId: string,
  from: Date | null,
  reader: Reader = db,
): Promise<(CashFlow & { isSeen: boolean })[]> {
  const isSeen = from
    ? query<boolean>`exists (select 1 from ${snapshots} s where s.account_id = ${cashFlows.accountId}
        and s.as_of >= ${cashFlows.effectiveAt} and s.as_of <= ${from.toISOString()}::timestamptz)`
    : query<boolean>`false`;
  const rows = await reader
    .select({ accountId: cashFlows.accountId, amount: cashFlows.amount, effectiveAt: cashFlows.effectiveAt, isSeen })
    .from(cashFlows)
    .where(and(eq(cashFlows.portfolioId, portfolioId), isNotNull(cashFlows.appliedAt)));
  return rows.map((row) => ({ ...row, amount: new Decimal(row.amount) }));
}

/** First and newest instant an account has snapshots of; null before the first. */
export async function rowsOfAccount(accountId: string, from: Reader = db): Promise<{ first: Date; last: Date } | null> {
  const one = (order: 'first' | 'last') =>
    from
      .select({ asOf: snapshots.asOf })
      .from(snapshots)
      .where(eq(snapshots.accountId, accountId))
      .orderBy(order === 'first' ? snapshots.asOf : desc(snapshots.asOf))
      .limit(1);
  const [[first], [last]] = [await one('first'), await one('last')];
  return first && last ? { first: first.asOf, last: last.asOf } : null;
}

/** Flows that snapshots of an account stated between two instants. */
export async function statedFlows(accountId: string, first: Date, last: Date, from: Reader = db): Promise<KnownFlow[]> {
  const rows = await from
    .select({ at: snapshots.asOf, flows: snapshots.flows })
    .from(snapshots)
    .where(
      and(
        eq(snapshots.accountId, accountId),
        gte(snapshots.asOf, first),
        lte(snapshots.asOf, last),
        query`jsonb_array_length(${snapshots.flows}) > 0`,
      ),
    );
  return rows.flatMap(({ at, flows }) =>
    (flows as (string | number)[]).map((amount) => ({ amount: new Decimal(amount), at, source: 'snapshot' as const })),
  );
}

/** Accounts of a portfolio by code. */
export const accountsOf = (portfolioId: string, from: Reader = db) =>
  from
    .select({ id: accounts.id, code: accounts.code })
    .from(accounts)
    .where(eq(accounts.portfolioId, portfolioId))
    .orderBy(accounts.code);
