import { meanOf, sampleDeviationOf } from './daily-returns';

export const PERIODS_PER_YEAR = 252;

/** Mean over sample deviation of daily returns, times the root of 252; no risk-free rate. Null without spread. */
export function sharpe252Of(returns: Float64Array): number | null {
  const mean = meanOf(returns);
  const std = sampleDeviationOf(returns);
  return mean === null || std === null || std === 0 ? null : (mean / std) * Math.sqrt(PERIODS_PER_YEAR);
}

/**
 * Mean over downside deviation (root mean square of min(r, 0) over all days, target 0), times the root of 252.
 * Null where no day lost. Source: Sortino and van der Meer (1991).
 */
export function sortino252Of(returns: Float64Array): number | null {
  const mean = meanOf(returns);
  if (mean === null) return null;
  let squares = 0;
  for (let i = 0; i < returns.length; i++) squares += Math.min(returns[i]!, 0) ** 2;
  const downside = Math.sqrt(squares / returns.length);
  return downside === 0 ? null : (mean / downside) * Math.sqrt(PERIODS_PER_YEAR);
}

/**
 * Compound return per 252 daily returns over the largest daily drawdown (a fraction above 0).
 * Null without a drawdown or without returns, and where everything was lost. Source: Young (1991).
 */
export function calmarOf(totalReturn: number, days: number, drawdownFraction: number): number | null {
  if (drawdownFraction <= 0 || days === 0 || totalReturn <= -1) return null;
  return ((1 + totalReturn) ** (PERIODS_PER_YEAR / days) - 1) / drawdownFraction;
}
