import type { ReplayCurve } from './replay-history';

/** Simple daily returns of a curve on an ascending axis of days (UTC midnight, milliseconds); NaN where it has none. */
export function alignedReturns(curve: ReplayCurve, axis: Float64Array): Float64Array {
  const { day, value, opening } = curve;
  const returns = new Float64Array(axis.length).fill(Number.NaN);
  let before = opening ? opening.value : Number.NaN;
  let place = 0;
  for (let i = 0; i < day.length; i += 1) {
    while (place < axis.length && axis[place]! < day[i]!) place += 1;
    if (before > 0 && axis[place] === day[i]) returns[place] = value[i]! / before - 1;
    before = value[i]!;
  }
  return returns;
}
