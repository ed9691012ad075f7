/** Under this chance of being no worse than its backtest a strategy is worse. */
export const WORSE_UNDER = 0.01;
/** Fewer closed trades than this say nothing, on either side. */
export const TRADES_NEEDED = 30;

export type WinRateVerdict =
  | { kind: 'unknown'; reason: string }
  | { kind: 'agrees' | 'worse'; live: number; expected: number; chance: number };

/** Chance of at most `wins` of `trades` when each is won with `rate`: the lower tail of a binomial, exactly summed. */
export function lowerTail(wins: number, trades: number, rate: number): number {
  if (wins >= trades) return 1;
  if (rate <= 0) return 1;
  if (rate >= 1) return 0;
  let term = trades * Math.log1p(-rate);
  let sum = 0;
  const odds = Math.log(rate) - Math.log1p(-rate);
  for (let k = 0; k <= wins; k += 1) {
    if (k > 0) term += Math.log(trades - k + 1) - Math.log(k) + odds;
    sum += Math.exp(term);
  }
  return Math.min(1, sum);
}

/**
 * Live wins against the win rate of the approved backtest, one-sided: `worse` where so few wins have a chance under 1 %.
 * Draws count in the denominator of both. Too few trades on either side is unknown; it only ever alerts.
 */
export function againstBacktest(
  live: { wins: number; total: number },
  backtest: { rate: number; trades: number } | null,
): WinRateVerdict {
  if (!backtest) return { kind: 'unknown', reason: 'no approved backtest with trades' };
  if (backtest.trades < TRADES_NEEDED)
    return { kind: 'unknown', reason: `${backtest.trades} of ${TRADES_NEEDED} closed trades in the backtest` };
  if (live.total < TRADES_NEEDED) return { kind: 'unknown', reason: `${live.total} of ${TRADES_NEEDED} closed trades` };
  const chance = lowerTail(live.wins, live.total, backtest.rate);
  const kind = chance < WORSE_UNDER ? 'worse' : 'agrees';
  return { kind, live: live.wins / live.total, expected: backtest.rate, chance };
}
