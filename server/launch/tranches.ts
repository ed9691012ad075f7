import { allocationsFit, strategyCapital, TRANCHES, type Tranche } from '../capital/strategy-capital';
import { Decimal, ONE } from '../kernel/decimal';
import { percentText } from '../kernel/format';
import { type Gate, phaseGate, trancheGate } from './policy';

/** The tranche after this one, or null at the top. 0 is "before the first". */
export function nextTranche(tranche: number): Tranche | null {
  return TRANCHES.find((one) => one > tranche) ?? null;
}

/** The tranche to fall back to; 0 takes all capital away. */
export function previousTranche(tranche: number): Tranche | 0 {
  return [...TRANCHES].reverse().find((one) => one < tranche) ?? 0;
}

/**
 * Capital when a tranche is taken back, in account currency: never above what is fixed now, nor above what today's
 * equity gives. Without a known equity the present capital is shrunk in proportion, so that a demotion never waits.
 */
export function demotedCapital(
  current: { capital: Decimal; tranche: number },
  to: Tranche | 0,
  today: { equity: Decimal; allocation: Decimal } | null,
): Decimal {
  if (to === 0 || current.tranche === 0) return new Decimal(0);
  const share = current.capital.times(to).div(current.tranche).toDecimalPlaces(2, Decimal.ROUND_DOWN);
  return today ? Decimal.min(share, strategyCapital(today.equity, today.allocation, to)) : share;
}

/** What is wrong with an allocation, in words, or null. `others` are those of the portfolio's other open launches. */
export function allocationFault(
  allocation: Decimal | null,
  others: readonly Decimal[],
  leverage: Decimal | null,
): string | null {
  if (!allocation || allocation.lte(0)) return 'Enter the share of the portfolio, above 0 %.';
  const fit = allocationsFit([...others, allocation], leverage?.gt(1) ? leverage : ONE);
  if (fit.fits) return null;
  const taken = fit.total.minus(allocation);
  const left = Decimal.max(0, fit.maximum.minus(taken));
  return `Launches of this portfolio already hold ${percentText(taken)}; ${percentText(left)} is left, not ${percentText(allocation)}. Lower it, or have leverage approved by a risk officer and a manager.`;
}

/** A hard breach: when it began, and when it became known, which for one found in a late sample is later. */
export type BreachOccurrence = {
  at: Date;
  recordedAt: Date;
  measure: string;
  subjectKind: 'strategy' | 'portfolio' | 'other';
};
export type BreachReaction = 'none' | 'hold' | 'demote';

const WEEK = 7 * 86_400_000;

/**
 * What a hard breach does to a launch with capital. Of this strategy: its drawdown, or the second breach in seven days,
 * demotes; the first holds. Second is the one that became known later: a late sample may tell of one that began before the
 * first. A breach elsewhere in the portfolio shuts the gate by itself and does nothing here.
 */
export function reactionTo(breach: BreachOccurrence, others: readonly BreachOccurrence[]): BreachReaction {
  if (breach.subjectKind !== 'strategy') return 'none';
  if (breach.measure === 'drawdown') return 'demote';
  const recent = others.filter(
    (one) =>
      one.subjectKind === 'strategy' &&
      isKnownBefore(one, breach) &&
      Math.abs(breach.at.getTime() - one.at.getTime()) <= WEEK,
  );
  return recent.length > 0 ? 'demote' : 'hold';
}

const isKnownBefore = (one: BreachOccurrence, breach: BreachOccurrence): boolean =>
  one.recordedAt < breach.recordedAt ||
  (one.recordedAt.getTime() === breach.recordedAt.getTime() && one.at < breach.at);

/** The gate that is next for a launch, or null after the last tranche. */
export function currentGate(launch: { phase: number; tranche: number }): Gate | null {
  if (launch.phase < 4) return phaseGate(launch.phase as 1 | 2 | 3);
  const next = nextTranche(launch.tranche);
  return next === null ? null : trancheGate(next);
}
