import 'server-only';
import { z } from 'zod';
import type { Actor } from '../../kernel/actor';
import { Decimal } from '../../kernel/decimal';
import { readNow } from '../../kernel/transaction';
import { contextFor } from '../views/view-store';
import { FLOW_HOURS, SAME_FLOW_MS, sameFlow } from './cash-flow';
import { accountsOf, type CashFlowRow, listCashFlows, statedFlows } from './cash-flow-store';

export const CashFlowsView = z.object({
  currency: z.string(),
  accounts: z.array(z.object({ id: z.string(), code: z.string() })),
  rows: z.array(
    z.object({
      id: z.string(),
      accountId: z.string(),
      account: z.string(),
      amount: z.string(),
      effectiveAt: z.date(),
      reason: z.string(),
      isAnother: z.boolean(),
      /** When a snapshot states the same amount though this counts already: both would count. */
      alsoStatedAt: z.date().nullable(),
      state: z.enum(['waiting', 'applied', 'rejected', 'lapsed']),
      proposedById: z.string(),
      proposedByName: z.string(),
      proposedAt: z.date(),
      appliedAt: z.date().nullable(),
      rejectedByName: z.string().nullable(),
      rejectedWhy: z.string().nullable(),
      approvals: z.array(z.object({ personId: z.string(), name: z.string() })),
      contentHash: z.string(),
    }),
  ),
});
export type CashFlowsView = z.infer<typeof CashFlowsView>;

function stateOf(row: CashFlowRow, now: Date): CashFlowsView['rows'][number]['state'] {
  if (row.appliedAt) return 'applied';
  if (row.rejectedAt) return 'rejected';
  return row.proposedAt.getTime() + FLOW_HOURS * 3_600_000 <= now.getTime() ? 'lapsed' : 'waiting';
}

/** When a snapshot came to state a flow that counts by hand already; null where none did, or it was said to be another. */
async function alsoStatedAt(row: CashFlowRow, all: readonly CashFlowRow[]): Promise<Date | null> {
  const amount = new Decimal(row.amount);
  const isOpposite = (one: CashFlowRow) =>
    one.appliedAt !== null &&
    one.accountId === row.accountId &&
    one.effectiveAt.getTime() === row.effectiveAt.getTime() &&
    amount.plus(one.amount).isZero();
  if (!row.appliedAt || row.isAnother || all.some(isOpposite)) return null;
  const near = (ms: number) => new Date(row.effectiveAt.getTime() + ms);
  const stated = await statedFlows(row.accountId, near(-SAME_FLOW_MS), near(SAME_FLOW_MS));
  return sameFlow({ accountId: row.accountId, amount, effectiveAt: row.effectiveAt }, stated)?.at ?? null;
}

/** Deposits and withdrawals recorded by hand, newest first, with what a form for one needs. */
export async function cashFlowsView(actor: Actor, portfolioId: string): Promise<CashFlowsView> {
  const loaded = await contextFor(actor, portfolioId);
  const [rows, accounts, now] = await Promise.all([listCashFlows(portfolioId), accountsOf(portfolioId), readNow()]);
  const codes = new Map(accounts.map(({ id, code }) => [id, code]));
  const doubled = await Promise.all(rows.map((row) => alsoStatedAt(row, rows)));
  return {
    currency: loaded.portfolio.currency,
    accounts,
    rows: rows.map((row, index) => ({
      id: row.id,
      accountId: row.accountId,
      account: codes.get(row.accountId) ?? row.accountId,
      amount: row.amount,
      effectiveAt: row.effectiveAt,
      reason: row.reason,
      isAnother: row.isAnother,
      alsoStatedAt: doubled[index] ?? null,
      state: stateOf(row, now),
      proposedById: row.proposedBy.replace(/^person:/, ''),
      proposedByName: row.proposedByName,
      proposedAt: row.proposedAt,
      appliedAt: row.appliedAt,
      rejectedByName: row.rejectedByName,
      rejectedWhy: row.rejectedWhy,
      approvals: row.approvals.map(({ personId, name }) => ({ personId, name })),
      contentHash: row.contentHash,
    })),
  };
}
