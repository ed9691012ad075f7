import { contentHash } from '../audit/canonical';
import { Decimal, ONE } from '../kernel/decimal';

/** The most that allocations of a portfolio may ever sum to, with leverage. */
export const LEVERAGE_AT_MOST = new Decimal(5);
/** How long leverage may be approved for. */
export const LEVERAGE_DAYS_AT_MOST = 366;
/** A proposal that waits longer than this was made in another situation: it is proposed again. */
export const PROPOSAL_HOURS = 72;

const DAY = 86_400_000;

/** Leave for allocations of a portfolio to sum to more than 100 %, as kept. */
export type Leverage = {
  id: string;
  portfolioId: string;
  /** A fraction; 1.5 is 150 %. */
  maximumAllocation: string;
  reason: string;
  proposedAt: Date | null;
  effectiveAt: Date | null;
  expiresAt: Date | null;
  endedAt: Date | null;
};

export type LeverageState = 'waiting' | 'in-force' | 'expired' | 'lapsed' | 'turned-down' | 'withdrawn';

/** What a proposal or an approval is at an instant. Never in force past its end, nor one that nobody ended in time. */
export function leverageState(row: Leverage, now: Date): LeverageState {
  if (row.endedAt && row.endedAt <= now) return row.effectiveAt ? 'withdrawn' : 'turned-down';
  if (row.effectiveAt) return row.expiresAt && row.expiresAt <= now ? 'expired' : 'in-force';
  const lapses = (row.proposedAt?.getTime() ?? 0) + PROPOSAL_HOURS * 3_600_000;
  return lapses <= now.getTime() || (row.expiresAt && row.expiresAt <= now) ? 'lapsed' : 'waiting';
}

/** The most that allocations may sum to now: 100 %, or what stands approved. */
export function maximumAllocation(rows: readonly Leverage[], now: Date): Decimal {
  const standing = rows.filter((row) => leverageState(row, now) === 'in-force');
  return Decimal.max(ONE, ...standing.map((row) => new Decimal(row.maximumAllocation)));
}

/** What is wrong with a wish for leverage, by field, in words; null where nothing is. */
export function leverageFault(
  wish: { maximum: Decimal; expiresAt: Date },
  now: Date,
): { field: 'maximum' | 'expiresAt'; text: string } | null {
  if (!wish.maximum.isFinite() || wish.maximum.lte(ONE) || wish.maximum.gt(LEVERAGE_AT_MOST)) {
    const text = `A sum of allocations over 100 % and at most ${LEVERAGE_AT_MOST.mul(100).toFixed(0)} %; 150 % is 1.5.`;
    return { field: 'maximum', text };
  }
  const left = wish.expiresAt.getTime() - now.getTime();
  if (!(left > 0) || left > LEVERAGE_DAYS_AT_MOST * DAY) {
    return { field: 'expiresAt', text: `It ends in the future, within ${LEVERAGE_DAYS_AT_MOST} days.` };
  }
  return null;
}

/** Hash of what the two people who approve leverage are shown and sign. */
export const leverageContent = (
  row: Pick<Leverage, 'id' | 'portfolioId' | 'maximumAllocation' | 'expiresAt' | 'reason'>,
): string =>
  contentHash({
    id: row.id,
    portfolioId: row.portfolioId,
    maximumAllocation: new Decimal(row.maximumAllocation).toFixed(),
    expiresAt: row.expiresAt?.toISOString() ?? null,
    reason: row.reason,
  });
