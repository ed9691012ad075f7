/** Whether a sample lies above another: U counts pairs, p is one-sided, delta is Cliff's (-1 to 1). */
export type MannWhitney = { u: number; p: number; delta: number };

/**
 * Mann-Whitney U of `now` against `before`, one-sided: are the values of `now` larger?
 *
 * Normal approximation with correction for ties and continuity, good from about 20 values a side. `delta` is Cliff's:
 * the share of pairs in which now is larger minus the share in which it is smaller. All values equal: p is 1.
 * Source: Mann and Whitney (1947); Cliff (1993).
 */
export function mannWhitney(now: ArrayLike<number>, before: ArrayLike<number>): MannWhitney {
  const n = now.length;
  const m = before.length;
  if (n === 0 || m === 0) throw new Error('Mann-Whitney needs values on both sides.');
  const all = [
    ...Array.from(now, (value) => ({ value, mine: true })),
    ...Array.from(before, (value) => ({ value, mine: false })),
  ];
  all.sort((a, b) => a.value - b.value);
  let rankSum = 0;
  let ties = 0;
  for (let start = 0; start < all.length; ) {
    let end = start;
    while (end < all.length && all[end]!.value === all[start]!.value) end += 1;
    const size = end - start;
    // Equal values share the mean of the ranks that they take.
    const rank = (start + 1 + end) / 2;
    for (let i = start; i < end; i++) if (all[i]!.mine) rankSum += rank;
    ties += size ** 3 - size;
    start = end;
  }
  const u = rankSum - (n * (n + 1)) / 2;
  const delta = (2 * u) / (n * m) - 1;
  const total = n + m;
  const variance = ((n * m) / 12) * (total + 1 - ties / (total * (total - 1)));
  if (variance <= 0) return { u, p: 1, delta };
  const z = (u - (n * m) / 2 - 0.5) / Math.sqrt(variance);
  return { u, p: 1 - normalCdf(z), delta };
}

/** Distribution function of the standard normal, to about 1e-15 in the middle and never outside 0 to 1. */
export function normalCdf(z: number): number {
  const tail = 0.5 * erfc(Math.abs(z) / Math.SQRT2);
  return z < 0 ? tail : 1 - tail;
}

/** Complementary error function for x >= 0: a power series near zero, a continued fraction in the tail (Abramowitz and Stegun 7.1.6, 7.1.14). */
function erfc(x: number): number {
  if (x < 2.5) {
    let term = x;
    let sum = x;
    for (let n = 1; n < 200; n++) {
      term *= (2 * x * x) / (2 * n + 1);
      sum += term;
      if (term < sum * 1e-17) break;
    }
    return 1 - (2 / Math.sqrt(Math.PI)) * Math.exp(-x * x) * sum;
  }
  let fraction = 0;
  for (let k = 60; k >= 1; k--) fraction = k / 2 / (x + fraction);
  return Math.exp(-x * x) / Math.sqrt(Math.PI) / (x + fraction);
}

/**
 * Holm's step-down correction: adjusted p-values, in the order given, so that comparing many metrics finds no more by
 * chance than comparing one. Source: Holm (1979).
 */
export function holm(pValues: readonly number[]): number[] {
  const order = pValues.map((p, index) => ({ p, index })).sort((a, b) => a.p - b.p);
  const adjusted = new Array<number>(pValues.length);
  let largest = 0;
  order.forEach(({ p, index }, rank) => {
    largest = Math.max(largest, Math.min(1, p * (pValues.length - rank)));
    adjusted[index] = largest;
  });
  return adjusted;
}
