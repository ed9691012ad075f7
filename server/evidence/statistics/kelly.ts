import type { TradeStatistics } from './trades';

export const KELLY_SHARE = 0.25;

export interface Kelly {
  /** Negative where the trades have no edge. */
  full: number;
  quarter: number;
}

/**
 * Full Kelly f = (R p - (1 - p)) / R of the payoff ratio R and the win rate p, and the quarter that is used of it.
 * Null without a winning and a losing trade: an edge without a loss is unknown, never unlimited. Source: Kelly (1956).
 */
export function kellyOf(trades: TradeStatistics): Kelly | null {
  const { payoffRatio, winRate } = trades;
  if (payoffRatio === null || winRate === null || payoffRatio <= 0) return null;
  const full = (payoffRatio * winRate - (1 - winRate)) / payoffRatio;
  return { full, quarter: full * KELLY_SHARE };
}
