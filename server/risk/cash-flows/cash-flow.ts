import { contentHash } from '../../audit/canonical';
import type { Decimal } from '../../kernel/decimal';
import { amountText } from '../../kernel/format';
import type { AccountRow } from '../samples';

/** How far back a flow may lie: every row since is evaluated again. */
export const FLOW_DAYS_AT_MOST = 7;
/** A flow of the same amount this near is taken for the same one. */
export const SAME_FLOW_MS = 86_400_000;
/** A proposal that found no second person within this is made again. */
export const FLOW_HOURS = 72;

/** A deposit (+) or withdrawal (-) of an account, in the base currency of its portfolio. */
export type CashFlow = { accountId: string; amount: Decimal; effectiveAt: Date };

/**
 * Rows with the flows by hand put to them: each to the first row of its account from its instant on, as if that row had
 * stated it. One whose row lies before these (`seenUntil` is the account's newest such row from its instant on, up to
 * where the fold begins) is in the state already. Rows without a flow are the same objects.
 */
export function withFlowsByHand(
  rows: readonly AccountRow[],
  flows: readonly (CashFlow & { isSeen: boolean })[],
): AccountRow[] {
  const added = new Map<AccountRow, Decimal[]>();
  for (const { accountId, amount, effectiveAt, isSeen } of flows) {
    if (isSeen) continue;
    let first: AccountRow | null = null;
    for (const row of rows) {
      if (row.account !== accountId || row.asOf < effectiveAt) continue;
      if (
        !first ||
        row.asOf < first.asOf ||
        (row.asOf.getTime() === first.asOf.getTime() && row.sequence < first.sequence)
      )
        first = row;
    }
    if (first) added.set(first, [...(added.get(first) ?? []), amount]);
  }
  return rows.map((row) => {
    const own = added.get(row);
    return own ? { ...row, flows: [...row.flows, ...own] } : row;
  });
}

/** A flow that a snapshot stated or a person recorded, as far as another is compared with it. */
export type KnownFlow = { amount: Decimal; at: Date; source: 'snapshot' | 'person' };

/** The nearest known flow that is the same one by its amount and instant; null where none is. */
export function sameFlow(flow: CashFlow, known: readonly KnownFlow[]): KnownFlow | null {
  const distance = (one: KnownFlow) => Math.abs(one.at.getTime() - flow.effectiveAt.getTime());
  return (
    known
      .filter((one) => one.amount.eq(flow.amount) && distance(one) <= SAME_FLOW_MS)
      .sort((a, b) => distance(a) - distance(b))[0] ?? null
  );
}

export type FlowFault = { field: 'amount' | 'currency' | 'effectiveAt' | 'accountId'; text: string };

/** What is wrong with a flow by hand, in words; null where nothing is. `rows` are the first and newest snapshot of the account. */
export function flowFault(
  flow: CashFlow & { currency: string },
  place: { currency: string; rows: { first: Date; last: Date } | null },
  now: Date,
): FlowFault | null {
  const { amount, currency, effectiveAt } = flow;
  if (!amount.isFinite() || amount.isZero() || amount.abs().gte('1e18'))
    return { field: 'amount', text: 'An amount that is not 0; a withdrawal is negative.' };
  if (currency !== place.currency)
    return {
      field: 'currency',
      text: `The account is kept in ${place.currency}: give the amount in it, as it was booked.`,
    };
  if (effectiveAt > now) return { field: 'effectiveAt', text: 'It lies in the past: record it once it was booked.' };
  if (now.getTime() - effectiveAt.getTime() > FLOW_DAYS_AT_MOST * 86_400_000)
    return {
      field: 'effectiveAt',
      text: `At most ${FLOW_DAYS_AT_MOST} days back: what is older is rebased by two people.`,
    };
  if (!place.rows || effectiveAt <= place.rows.first)
    return {
      field: 'effectiveAt',
      text: 'The account has no snapshot before it: its curve begins with what was there.',
    };
  if (effectiveAt > place.rows.last)
    return { field: 'effectiveAt', text: 'The account has no snapshot since. Record it when one has come.' };
  return null;
}

/** Hash of what both people sign. */
export const flowContent = (
  flow: { id: string; portfolioId: string; reason: string; isAnother: boolean } & CashFlow,
): string =>
  contentHash({
    id: flow.id,
    portfolioId: flow.portfolioId,
    account: flow.accountId,
    amount: flow.amount.toFixed(),
    effectiveAt: flow.effectiveAt.toISOString(),
    reason: flow.reason,
    isAnother: flow.isAnother,
  });

/** "A deposit of 1,000.00 USD". */
export const flowText = (amount: Decimal, currency: string): string =>
  `${amount.isNegative() ? 'A withdrawal' : 'A deposit'} of ${amountText(amount.abs(), currency)}`;
