import type { DailyEquity } from '../model';

export interface DailyReturns {
  /** UTC midnight of the day the return ends on, epoch milliseconds. */
  day: Float64Array;
  /** Simple returns, 0.01 is 1 %. */
  value: Float64Array;
}

export interface DailySummary {
  n: number;
  worst: number | null;
  worstAt: number | null;
  best: number | null;
  bestAt: number | null;
  mean: number | null;
  /** Sample standard deviation (n - 1); null under two returns. */
  std: number | null;
}

/** Simple daily returns, the first against the opening where there is one. Null where equity was at or under zero. */
export function dailyReturnsOf(daily: DailyEquity): DailyReturns | null {
  const { day, value, opening } = daily;
  const skip = opening ? 0 : 1;
  const count = Math.max(0, value.length - skip);
  const returns = new Float64Array(count);
  for (let i = 0; i < count; i++) {
    const before = i + skip === 0 ? opening!.value : value[i + skip - 1]!;
    if (before <= 0) return null;
    returns[i] = value[i + skip]! / before - 1;
  }
  return { day: day.subarray(skip), value: returns };
}

/** Count, extremes (first day that reached them), mean and sample deviation of daily returns. */
export function summaryOf(returns: DailyReturns): DailySummary {
  const { day, value } = returns;
  const n = value.length;
  if (n === 0) return { n, worst: null, worstAt: null, best: null, bestAt: null, mean: null, std: null };
  let worst = 0;
  let best = 0;
  for (let i = 1; i < n; i++) {
    if (value[i]! < value[worst]!) worst = i;
    if (value[i]! > value[best]!) best = i;
  }
  return {
    n,
    worst: value[worst]!,
    worstAt: day[worst]!,
    best: value[best]!,
    bestAt: day[best]!,
    mean: meanOf(value),
    std: sampleDeviationOf(value),
  };
}

/** Arithmetic mean by compensated summation; null for an empty series. */
export function meanOf(values: Float64Array): number | null {
  return values.length === 0 ? null : sumOf(values) / values.length;
}

/** Sample standard deviation (n - 1), two passes; null under two values. */
export function sampleDeviationOf(values: Float64Array): number | null {
  if (values.length < 2) return null;
  const mean = meanOf(values)!;
  let squares = 0;
  for (let i = 0; i < values.length; i++) squares += (values[i]! - mean) ** 2;
  return Math.sqrt(squares / (values.length - 1));
}

/** Sum with Neumaier's compensation: long series of small returns keep their last digits. */
export function sumOf(values: Float64Array): number {
  let sum = 0;
  let lost = 0;
  for (let i = 0; i < values.length; i++) {
    const next = sum + values[i]!;
    lost += Math.abs(sum) >= Math.abs(values[i]!) ? sum - next + values[i]! : values[i]! - next + sum;
    sum = next;
  }
  return sum + lost;
}
