import 'server-only';
import { z } from 'zod';
import { leverageContent, leverageState, maximumAllocation } from '../../capital/leverage';
import { listLeverage } from '../../capital/leverage-store';
import { listCapital } from '../../capital/store';
import type { Actor } from '../../kernel/actor';
import { Decimal, fractionText, sumOf } from '../../kernel/decimal';
import { readNow } from '../../kernel/transaction';
import { contextFor } from './view-store';

export const LeverageView = z.object({
  /** Sum of the allocations that hold capital now, and the most it may be; fractions. */
  allocated: z.string(),
  maximum: z.string(),
  rows: z.array(
    z.object({
      id: z.string(),
      maximum: z.string(),
      reason: z.string(),
      state: z.enum(['waiting', 'in-force', 'expired', 'lapsed', 'turned-down', 'withdrawn']),
      proposedById: z.string(),
      proposedByName: z.string(),
      proposedAt: z.date().nullable(),
      effectiveAt: z.date().nullable(),
      expiresAt: z.date().nullable(),
      endedAt: z.date().nullable(),
      endedByName: z.string().nullable(),
      endedWhy: z.string().nullable(),
      approvals: z.array(z.object({ personId: z.string(), name: z.string(), role: z.string() })),
      contentHash: z.string(),
    }),
  ),
});
export type LeverageView = z.infer<typeof LeverageView>;

const SHOWN = 12;

/** Leave for leverage of a portfolio: what waits, what is in force, and the newest that ended. */
export async function leverageView(actor: Actor, portfolioId: string): Promise<LeverageView> {
  await contextFor(actor, portfolioId);
  const [rows, capital, now] = await Promise.all([listLeverage(portfolioId), listCapital([portfolioId]), readNow()]);
  return {
    allocated: fractionText(sumOf(capital.map((one) => new Decimal(one.allocation)))),
    maximum: maximumAllocation(rows, now).toFixed(),
    rows: rows.slice(0, SHOWN).map((row) => ({
      id: row.id,
      maximum: row.maximumAllocation,
      reason: row.reason,
      state: leverageState(row, now),
      proposedById: row.proposedBy.replace(/^person:/, ''),
      proposedByName: row.proposedByName,
      proposedAt: row.proposedAt,
      effectiveAt: row.effectiveAt,
      expiresAt: row.expiresAt,
      endedAt: row.endedAt,
      endedByName: row.endedByName,
      endedWhy: row.endedWhy,
      approvals: row.approvals.map(({ personId, name, role }) => ({ personId, name, role })),
      contentHash: leverageContent(row),
    })),
  };
}
