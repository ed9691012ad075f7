import { sampleDeviationOf } from './daily-returns';

export const VOLATILITY_WINDOW = 30;

/**
 * Realised daily volatility: sample deviation of the last 30 simple daily returns, not annualised.
 * Null with fewer than 30: a volatility of little data is unknown, never small.
 */
export function volatility30Of(returns: Float64Array): number | null {
  return returns.length < VOLATILITY_WINDOW
    ? null
    : sampleDeviationOf(returns.subarray(returns.length - VOLATILITY_WINDOW));
}

/** The same over each window of 30; entry i belongs to return i + 29. */
export function rollingVolatility30Of(returns: Float64Array): Float64Array {
  const count = Math.max(0, returns.length - VOLATILITY_WINDOW + 1);
  const rolling = new Float64Array(count);
  for (let i = 0; i < count; i++) rolling[i] = sampleDeviationOf(returns.subarray(i, i + VOLATILITY_WINDOW))!;
  return rolling;
}
