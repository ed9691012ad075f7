import type { StrategyStatistics } from '../../evidence/statistics/strategy-statistics';
import { Decimal, ZERO } from '../../kernel/decimal';
import { type Edge, edgeFor, SIZING_POLICY } from './sizing';

/** The edge that an approved backtest states; null where its file has no trades. */
export function backtestEdge(statistics: Pick<StrategyStatistics, 'trades'> | null): Edge | null {
  const trades = statistics?.trades;
  if (!trades || trades.winRate === null) return null;
  return {
    trades: trades.count,
    winRate: new Decimal(trades.winRate),
    meanWin: new Decimal(trades.meanWin ?? 0),
    meanLoss: trades.meanLoss === null ? null : new Decimal(trades.meanLoss),
    source: 'approved backtest',
  };
}

export type LiveTrades = { trades: number; wins: number; meanWin: string | null; meanLoss: string | null };
/** Trades as snapshots count them: all closed ones, and wins of the last hundred. */
export type CountedTrades = { closed: number; recent: { closed: number; wins: number }[] } | null;

/** Of what snapshots count, what one release closed: `before` were closed when it took over; null where nobody knows. */
export const countedSince = (counted: CountedTrades, before: number | null): CountedTrades =>
  counted && before !== null ? { ...counted, closed: counted.closed - before } : null;

/**
 * What live trading says of the edge. By its fills where the engine told at least 100 closed trades; else, where its
 * snapshots count as many, the win rate of the last hundred with the payoff of the backtest, since a count knows no amounts.
 */
export function liveEdge(byFills: LiveTrades, counted: CountedTrades, backtest: Edge | null): Edge | null {
  if (byFills.trades >= SIZING_POLICY.minimumTrades || !counted || counted.closed < SIZING_POLICY.minimumTrades) {
    if (byFills.trades === 0) return null;
    return {
      trades: byFills.trades,
      winRate: new Decimal(byFills.wins).div(byFills.trades),
      meanWin: byFills.meanWin ? new Decimal(byFills.meanWin) : ZERO,
      meanLoss: byFills.meanLoss ? new Decimal(byFills.meanLoss) : null,
      source: 'live trades',
    };
  }
  const closed = counted.recent.reduce((sum, one) => sum + one.closed, 0);
  const wins = counted.recent.reduce((sum, one) => sum + one.wins, 0);
  if (!backtest || closed === 0) return null;
  return {
    ...backtest,
    trades: counted.closed,
    winRate: new Decimal(wins).div(closed),
    source: 'live win rate, payoff of the approved backtest',
  };
}

/** The edge to size with: the approved backtest's until 100 live closed trades, then the smaller of both. */
export const edgeToUse = (
  statistics: Pick<StrategyStatistics, 'trades'> | null,
  byFills: LiveTrades,
  counted: CountedTrades,
): Edge | null => {
  const backtest = backtestEdge(statistics);
  return edgeFor(backtest, liveEdge(byFills, counted, backtest));
};
