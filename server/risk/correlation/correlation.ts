/** One series of daily returns, aligned to a shared axis of session days; NaN where the strategy has none. */
export type ReturnSeries = { id: string; returns: Float64Array };

/** Pearson of a pair, or why there is none. `overlap` is the number of common days that were used. */
export type PairCorrelation =
  | { kind: 'value'; r: number; overlap: number }
  | { kind: 'unknown'; reason: 'overlap' | 'zero-variance'; overlap: number };

export const CORRELATION_WINDOW = { days: 60, within: 90, minimumOverlap: 60 } as const;

/**
 * Pearson of the last `days` common observations of two aligned series (NaN is a gap), looking back `within` entries.
 *
 * Fewer than `minimumOverlap` common days is unknown; so is a series that does not move at all. Float64Array in, number
 * out: statistics, not money.
 */
export function pearson(
  x: Float64Array,
  y: Float64Array,
  window: { days: number; within: number; minimumOverlap: number } = CORRELATION_WINDOW,
): PairCorrelation {
  const end = Math.min(x.length, y.length);
  const stop = Math.max(0, end - window.within);
  let n = 0;
  let sumX = 0;
  let sumY = 0;
  for (let i = end - 1; i >= stop && n < window.days; i -= 1) {
    const a = x[i] as number;
    const b = y[i] as number;
    if (Number.isNaN(a) || Number.isNaN(b)) continue;
    sumX += a;
    sumY += b;
    n += 1;
  }
  if (n < window.minimumOverlap || n < 2) return { kind: 'unknown', reason: 'overlap', overlap: n };
  const meanX = sumX / n;
  const meanY = sumY / n;
  let xx = 0;
  let yy = 0;
  let xy = 0;
  let seen = 0;
  for (let i = end - 1; i >= stop && seen < n; i -= 1) {
    const a = x[i] as number;
    const b = y[i] as number;
    if (Number.isNaN(a) || Number.isNaN(b)) continue;
    const dx = a - meanX;
    const dy = b - meanY;
    xx += dx * dx;
    yy += dy * dy;
    xy += dx * dy;
    seen += 1;
  }
  // A series of one repeated value leaves only rounding noise in its squares.
  const noiseX = n * Number.EPSILON * Number.EPSILON * meanX * meanX * 64;
  const noiseY = n * Number.EPSILON * Number.EPSILON * meanY * meanY * 64;
  if (xx <= noiseX || yy <= noiseY) return { kind: 'unknown', reason: 'zero-variance', overlap: n };
  const r = xy / Math.sqrt(xx * yy);
  return { kind: 'value', r: Math.max(-1, Math.min(1, r)), overlap: n };
}

export type CorrelationPair = { a: string; b: string; correlation: PairCorrelation };

/** Every pair of strategies, in the order given; pairs without enough common days are there, as unknown. */
export function correlateAll(series: readonly ReturnSeries[], window = CORRELATION_WINDOW): CorrelationPair[] {
  const pairs: CorrelationPair[] = [];
  for (let i = 0; i < series.length; i += 1) {
    for (let j = i + 1; j < series.length; j += 1) {
      const a = series[i] as ReturnSeries;
      const b = series[j] as ReturnSeries;
      pairs.push({ a: a.id, b: b.id, correlation: pearson(a.returns, b.returns, window) });
    }
  }
  return pairs;
}

/** Simple returns of a series of unit values; one shorter than its input. */
export function simpleReturns(values: Float64Array): Float64Array {
  const out = new Float64Array(Math.max(0, values.length - 1));
  for (let i = 1; i < values.length; i += 1) out[i - 1] = (values[i] as number) / (values[i - 1] as number) - 1;
  return out;
}

/** Sample standard deviation (n - 1) of the last `count` values; null when there are fewer. */
export function sampleDeviation(values: Float64Array, count: number): number | null {
  if (values.length < count || count < 2) return null;
  const last = values.subarray(values.length - count);
  let sum = 0;
  for (const v of last) sum += v;
  const mean = sum / count;
  let squares = 0;
  for (const v of last) squares += (v - mean) ** 2;
  return Math.sqrt(squares / (count - 1));
}
