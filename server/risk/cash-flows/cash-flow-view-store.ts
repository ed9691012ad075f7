import 'server-only';
import { z } from 'zod';
import type { Actor } from '../../kernel/actor';
import { readNow } from '../../kernel/transaction';
import { contextFor } from '../views/view-store';
import { FLOW_HOURS } from './cash-flow';
import { accountsOf, type CashFlowRow, listCashFlows } from './cash-flow-store';

export const CashFlowsView = z.object({
  currency: z.string(),
  accounts: z.array(z.object({ id: z.string(), code: z.string() })),
  rows: z.array(
    z.object({
      id: z.string(),
      account: z.string(),
      amount: z.string(),
      effectiveAt: z.date(),
      reason: z.string(),
      isAnother: z.boolean(),
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

/** Deposits and withdrawals recorded by hand, newest first, with what a form for one needs. */
export async function cashFlowsView(actor: Actor, portfolioId: string): Promise<CashFlowsView> {
  const loaded = await contextFor(actor, portfolioId);
  const [rows, accounts, now] = await Promise.all([listCashFlows(portfolioId), accountsOf(portfolioId), readNow()]);
  const codes = new Map(accounts.map(({ id, code }) => [id, code]));
  return {
    currency: loaded.portfolio.currency,
    accounts,
    rows: rows.map((row) => ({
      id: row.id,
      account: codes.get(row.accountId) ?? row.accountId,
      amount: row.amount,
      effectiveAt: row.effectiveAt,
      reason: row.reason,
      isAnother: row.isAnother,
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
