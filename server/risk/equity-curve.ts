import { Decimal, ONE, ZERO } from '../kernel/decimal';
import { dividedAt18 } from '../kernel/decimal-words';
import { known, type Reading, unknown } from './reading';
import { addDays } from './session-day';

/**
 * A unitised equity curve: a deposit or withdrawal buys or redeems units at the last unit value, so that flows move
 * nothing but the number of units.
 *
 * `units` and `unitValue` carry 18 decimals, as they are stored, so that a restart changes nothing. `mark` is the highest
 * unit value since `from`: the opening, the first live sample, or a rebase; a state of an earlier version lacks it.
 * `unpriced` are flows that came while a unit was worth nothing: they cannot buy units, and must not hide the loss either.
 */
export type EquityCurve = {
  units: Decimal;
  unitValue: Decimal;
  mark: Decimal;
  markAt: Date;
  unpriced: Decimal;
  /** The session day on which the mark began, and the unit value it began with. */
  from?: { day: string; unitValue: Decimal };
};

const PLACES = 18;
const stored = (value: Decimal): Decimal => value.toDecimalPlaces(PLACES, Decimal.ROUND_HALF_EVEN);

/** Ratios are decided at the precision they are stored with, so that what is shown is what was decided. */
export const fraction = (value: Decimal): Decimal => value.toDecimalPlaces(12, Decimal.ROUND_HALF_EVEN);

/** Units that are worth this much at a unit value over 0. */
export const unitsOf = (equity: Decimal, unitValue: Decimal): Decimal => stored(equity.div(unitValue));

/** Opens a curve at unit value 1. `equity` must be over 0: there is no mark to fall from otherwise. */
export function openCurve(equity: Decimal, at: Date): EquityCurve {
  if (equity.lte(0)) throw new Error('a curve opens with equity over 0');
  return { units: stored(equity), unitValue: ONE, mark: ONE, markAt: at, unpriced: ZERO };
}

/**
 * The curve after one sample: `netFlow` (deposits minus withdrawals since the sample before) is priced at the last unit
 * value, then the unit is revalued. A sample that is only suspected (`setsMark` false) never raises the mark.
 */
export function advanceCurve(
  curve: EquityCurve,
  sample: { equity: Decimal; netFlow: Decimal; at: Date; setsMark: boolean },
): EquityCurve {
  const priced = curve.unitValue.gt(0);
  const flows = !sample.netFlow.isZero();
  const units = priced && flows ? stored(curve.units.plus(sample.netFlow.div(curve.unitValue))) : curve.units;
  const unpriced = priced || !flows ? curve.unpriced : curve.unpriced.plus(sample.netFlow);
  // Everything was withdrawn: the last unit value stands until someone deposits again.
  if (units.lte(0)) return { ...curve, units: ZERO, unpriced };
  const worth = unpriced.isZero() ? sample.equity : sample.equity.minus(unpriced);
  const unitValue = worth.gt(0) ? dividedAt18(worth, units) : ZERO;
  const rises = sample.setsMark && unitValue.gt(curve.mark);
  const [mark, markAt] = rises ? [unitValue, sample.at] : [curve.mark, curve.markAt];
  // Written out: this runs for every sample, and a spread costs more than all the rest of it.
  return { units, unitValue, mark, markAt, unpriced, from: curve.from };
}

/** 1 - U / mark, 0 to 1. An empty account (no units) has no drawdown of its own: it keeps the last one. */
export function drawdownOf(curve: EquityCurve, mark: Decimal = curve.mark): Reading {
  if (mark.lte(0)) return unknown('no high-water mark yet');
  const fall = fraction(Decimal.max(0, ONE.minus(curve.unitValue.div(mark))));
  return known(fall, { amount: mark.minus(curve.unitValue).mul(curve.units), base: mark.mul(curve.units) });
}

/** The mark and the level at which a drawdown limit is reached, in account currency for the units held now. */
export function markInMoney(curve: EquityCurve, limit: Decimal, mark: Decimal = curve.mark) {
  const highWater = mark.mul(curve.units).plus(curve.unpriced);
  return { highWater, trigger: mark.mul(ONE.minus(limit)).mul(curve.units).plus(curve.unpriced) };
}

/** The mark begins anew at the present unit value: nothing of an earlier day counts under any basis. */
export const restartMark = (curve: EquityCurve, at: Date, day: string): EquityCurve => ({
  ...curve,
  mark: curve.unitValue,
  markAt: at,
  from: { day, unitValue: curve.unitValue },
});

/** An approved rebase: the mark becomes the present unit value, and a curve that was wiped out opens again. */
export function rebaseMark(curve: EquityCurve, equity: Decimal, at: Date, day: string): EquityCurve {
  const isWorthless = curve.unitValue.lte(0) || curve.units.lte(0);
  return restartMark(isWorthless ? openCurve(equity, at) : curve, at, day);
}

/** How the high-water mark is taken: every sample since the start, the last 90 days only, or closes of days only. */
export const DRAWDOWN_BASES = ['since-start', 'trailing-90d', 'end-of-day'] as const;
export type DrawdownBasis = (typeof DRAWDOWN_BASES)[number];

/** How far back `trailing-90d` looks, in calendar days before the one that runs. */
const TRAILING_DAYS = 90;

/** A closed session day of a curve: its last and its highest unit value. */
export type DayOfCurve = { day: string; closeUnitValue: Decimal; maxUnitValue: Decimal };

/**
 * The mark under a basis. `days` are closed days in any order, `today` the one that runs with its highest unit value.
 *
 * `trailing-90d` looks at the days since 90 calendar days before today; the mark since the start bounds it, so that nothing
 * from before a rebase counts. `end-of-day` is the highest close, and what the curve began with counts as one.
 */
export const markFor = (
  basis: DrawdownBasis,
  curve: EquityCurve,
  days: readonly DayOfCurve[],
  today: { key: string; maxUnitValue: Decimal },
): Decimal => markToday(basis, curve, closedMark(basis, curve, days, today.key), today.maxUnitValue);

/** What closed days say of the mark on a day; null where they say nothing. The same all day long. */
export function closedMark(
  basis: DrawdownBasis,
  { from }: EquityCurve,
  days: readonly DayOfCurve[],
  today: string,
): Decimal | null {
  if (basis === 'since-start') return null;
  const first = firstDayOf(basis, from?.day, today);
  const seen = days
    .filter((d) => d.day >= first)
    .map((d) => (basis === 'end-of-day' ? d.closeUnitValue : d.maxUnitValue));
  if (basis === 'end-of-day' && from) seen.push(from.unitValue);
  return seen.length > 0 ? Decimal.max(...seen) : null;
}

/** The mark by what closed days say and the highest unit value of the day that runs. */
export function markToday(basis: DrawdownBasis, curve: EquityCurve, closed: Decimal | null, highest: Decimal): Decimal {
  if (basis === 'since-start') return curve.mark;
  if (basis === 'end-of-day') return Decimal.min(curve.mark, closed ?? curve.mark);
  return Decimal.min(curve.mark, closed ? Decimal.max(closed, highest) : highest);
}

/** The first closed day a basis looks at on the day `today`; empty for all there are. `from` is the day the mark began. */
export function firstDayOf(basis: DrawdownBasis, from: string | undefined, today: string): string {
  const window = basis === 'trailing-90d' ? addDays(today, -TRAILING_DAYS) : '';
  return from && from > window ? from : window;
}
