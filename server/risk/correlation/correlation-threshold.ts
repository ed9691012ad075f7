import { Decimal } from '../../kernel/decimal';

/** A pair over a threshold: where its series stand, and its coefficient. */
export type PairOver = { left: number; right: number; r: number };

/** Coefficients are kept at 12 places; nearer to the threshold than this they are decided as they are kept. */
const NEAR = 1e-11;

/**
 * Pairs of `correlateComplete` over `count` series whose coefficient is over the threshold, in their order. Exactly at it
 * is not over; a pair that is unknown (NaN) is in no list, and its number is told.
 */
export function pairsOver(
  pairs: Float64Array,
  count: number,
  threshold: Decimal,
): { over: PairOver[]; unknown: number } {
  const bound = threshold.toNumber();
  const over: PairOver[] = [];
  let unknown = 0;
  let index = 0;
  for (let left = 0; left < count; left += 1) {
    for (let right = left + 1; right < count; right += 1, index += 1) {
      const r = pairs[index] as number;
      if (r < bound - NEAR) continue;
      if (Number.isNaN(r)) unknown += 1;
      else if (r > bound + NEAR || new Decimal(r.toFixed(12)).gt(threshold)) over.push({ left, right, r });
    }
  }
  return { over, unknown };
}
