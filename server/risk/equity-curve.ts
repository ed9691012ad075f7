import { Decimal, ONE, ZERO } from '../kernel/decimal';
import { known, type Reading, unknown } from './reading';

/**
 * A unitised equity curve: a deposit or withdrawal buys or redeems units at the last unit value, so that flows move
 * nothing but the number of units.
 *
 * `units` and `unitValue` carry 18 decimals, as they are stored, so that a restart changes nothing. `mark` is the highest
 * unit value so far. `unpriced` are flows that came while a unit was worth nothing: they cannot buy units, and must not
 * hide the loss either.
 */
export type EquityCurve = {
  units: Decimal;
  unitValue: Decimal;
  mark: Decimal;
  markAt: Date;
  unpriced: Decimal;
};

const PLACES = 18;
const stored = (value: Decimal): Decimal => value.toDecimalPlaces(PLACES, Decimal.ROUND_HALF_EVEN);

/** Ratios are decided at the precision they are stored with, so that what is shown is what was decided. */
export const fraction = (value: Decimal): Decimal => value.toDecimalPlaces(12, Decimal.ROUND_HALF_EVEN);

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
  const units = priced ? stored(curve.units.plus(sample.netFlow.div(curve.unitValue))) : curve.units;
  const unpriced = priced ? curve.unpriced : curve.unpriced.plus(sample.netFlow);
  // Everything was withdrawn: the last unit value stands until someone deposits again.
  if (units.lte(0)) return { ...curve, units: ZERO, unpriced };
  const unitValue = stored(Decimal.max(0, sample.equity.minus(unpriced).div(units)));
  const rises = sample.setsMark && unitValue.gt(curve.mark);
  return { units, unitValue, unpriced, mark: rises ? unitValue : curve.mark, markAt: rises ? sample.at : curve.markAt };
}

/** 1 - U / mark, 0 to 1. An empty account (no units) has no drawdown of its own: it keeps the last one. */
export function drawdownOf(curve: EquityCurve, mark: Decimal = curve.mark): Reading {
  if (mark.lte(0)) return unknown('no high-water mark yet');
  const fall = fraction(Decimal.max(0, ONE.minus(curve.unitValue.div(mark))));
  return known(fall, { amount: mark.minus(curve.unitValue).mul(curve.units) });
}

/** The mark and the level at which a drawdown limit is reached, in account currency for the units held now. */
export function markInMoney(curve: EquityCurve, limit: Decimal, mark: Decimal = curve.mark) {
  const highWater = mark.mul(curve.units).plus(curve.unpriced);
  return { highWater, trigger: mark.mul(ONE.minus(limit)).mul(curve.units).plus(curve.unpriced) };
}

/** An approved rebase: the mark becomes the present unit value, and a curve that was wiped out opens again. */
export function rebaseMark(curve: EquityCurve, equity: Decimal, at: Date): EquityCurve {
  if (curve.unitValue.lte(0) || curve.units.lte(0)) return openCurve(equity, at);
  return { ...curve, mark: curve.unitValue, markAt: at };
}

/** How the high-water mark is taken: every sample since the start, the last 90 days only, or closes of days only. */
export const DRAWDOWN_BASES = ['since-start', 'trailing-90d', 'end-of-day'] as const;
export type DrawdownBasis = (typeof DRAWDOWN_BASES)[number];

/** A closed session day of a curve: its last and its highest unit value. */
export type DayOfCurve = { day: string; closeUnitValue: Decimal; maxUnitValue: Decimal };

/**
 * The mark under a basis. `days` are closed days, oldest first; `trailing-90d` looks at those of the last 90 calendar
 * days before `at` and at the day that runs (`openDayMax`).
 */
export function markFor(
  basis: DrawdownBasis,
  curve: EquityCurve,
  days: readonly DayOfCurve[],
  at: Date,
  openDayMax: Decimal,
): Decimal {
  switch (basis) {
    case 'since-start':
      return curve.mark;
    case 'trailing-90d': {
      const from = new Date(at.getTime() - 90 * 86_400_000).toISOString().slice(0, 10);
      return Decimal.max(openDayMax, ...days.filter((d) => d.day >= from).map((d) => d.maxUnitValue));
    }
    case 'end-of-day':
      return days.length ? Decimal.max(...days.map((d) => d.closeUnitValue)) : curve.mark;
  }
}
