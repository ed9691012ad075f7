import { Decimal } from '../kernel/decimal';
import { TRANCHES, type Tranche } from './policy';

/** The tranche after this one, or null at the top. 0 is "before the first". */
export function nextTranche(tranche: number): Tranche | null {
  return TRANCHES.find((one) => one > tranche) ?? null;
}

/** The tranche to fall back to; 0 takes all capital away. */
export function previousTranche(tranche: number): Tranche | 0 {
  return [...TRANCHES].reverse().find((one) => one < tranche) ?? 0;
}

/**
 * Capital of a strategy in a tranche, in account currency: equity x allocation x tranche x scale, rounded down to the
 * cent so that it never exceeds the share approved. `scale` is below 1 while a cut is in force.
 */
export function trancheCapital(equity: Decimal, allocation: Decimal, tranche: number, scale = new Decimal(1)): Decimal {
  if (equity.lte(0)) return new Decimal(0);
  return equity.times(allocation).times(tranche).div(100).times(scale).toDecimalPlaces(2, Decimal.ROUND_DOWN);
}

/** Share by which the confirmed capital may differ from what was fixed: 0.1 %. */
export const CAPITAL_TOLERANCE = new Decimal('0.001');

/** Whether the engine works with the capital it was sent, within the tolerance. Nothing confirmed is not a match. */
export function capitalMatches(fixed: Decimal, confirmed: Decimal | null): boolean {
  if (!confirmed) return false;
  if (fixed.isZero()) return confirmed.isZero();
  return confirmed.minus(fixed).abs().div(fixed).lte(CAPITAL_TOLERANCE);
}

/** What is wrong with an allocation, in words, or null. `others` are those of the portfolio's other open launches. */
export function allocationFault(
  allocation: Decimal | null,
  others: readonly Decimal[],
  leverage: Decimal | null,
): string | null {
  if (!allocation || allocation.lte(0)) return 'Enter the share of the portfolio, above 0 %.';
  const most = leverage?.gt(1) ? leverage : new Decimal(1);
  const taken = others.reduce((sum, one) => sum.plus(one), new Decimal(0));
  if (taken.plus(allocation).lte(most)) return null;
  const text = (value: Decimal) => `${value.times(100).toDecimalPlaces(4).toString()} %`;
  const left = Decimal.max(0, most.minus(taken));
  return `Launches of this portfolio already hold ${text(taken)}; ${text(left)} is left, not ${text(allocation)}. Lower it, or have leverage approved by a risk officer and a manager.`;
}

export type BreachOccurrence = { at: Date; measure: string; subjectKind: 'strategy' | 'portfolio' | 'other' };
export type BreachReaction = 'none' | 'hold' | 'demote';

const WEEK = 7 * 86_400_000;

/**
 * What a hard breach does to a launch with capital. Of this strategy: its drawdown, or the second breach in seven days,
 * demotes; the first holds. A breach elsewhere in the portfolio shuts the gate by itself and does nothing here.
 */
export function reactionTo(breach: BreachOccurrence, earlier: readonly BreachOccurrence[]): BreachReaction {
  if (breach.subjectKind !== 'strategy') return 'none';
  if (breach.measure === 'drawdown') return 'demote';
  const recent = earlier.filter(
    (one) => one.subjectKind === 'strategy' && one.at < breach.at && breach.at.getTime() - one.at.getTime() <= WEEK,
  );
  return recent.length > 0 ? 'demote' : 'hold';
}
