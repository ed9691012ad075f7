import { sumOf } from './daily-returns';

export interface TradeStatistics {
  source: string;
  count: number;
  wins: number;
  losses: number;
  draws: number;
  /** Wins over all closed trades, draws included; null without trades. */
  winRate: number | null;
  meanWin: number | null;
  /** Negative, in account currency. */
  meanLoss: number | null;
  /** Mean win over |mean loss|; null without both. */
  payoffRatio: number | null;
  /** Sum of wins over |sum of losses|; null without a loss, never Infinity. */
  profitFactor: number | null;
  /** Mean profit of a trade in account currency. */
  expectancy: number | null;
}

/** Statistics of closed trades from their profits in account currency; a profit of exactly 0 is a draw. */
export function tradeStatistics(source: string, profit: Float64Array): TradeStatistics {
  const won = profit.filter((value) => value > 0);
  const lost = profit.filter((value) => value < 0);
  const meanWin = won.length === 0 ? null : sumOf(won) / won.length;
  const meanLoss = lost.length === 0 ? null : sumOf(lost) / lost.length;
  return {
    source,
    count: profit.length,
    wins: won.length,
    losses: lost.length,
    draws: profit.length - won.length - lost.length,
    winRate: profit.length === 0 ? null : won.length / profit.length,
    meanWin,
    meanLoss,
    payoffRatio: meanWin === null || meanLoss === null ? null : meanWin / -meanLoss,
    profitFactor: lost.length === 0 ? null : sumOf(won) / -sumOf(lost),
    expectancy: profit.length === 0 ? null : sumOf(profit) / profit.length,
  };
}
