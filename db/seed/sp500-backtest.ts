import { type Bar, loadBars } from '@/server/engines/paper/bars';

const HOLD_SESSIONS = 5;
const STAKE_FRACTION = 0.5;
const STARTING_BALANCE = 1_000_000;
const FEE_FRACTION = 0.0002;

/**
 * First and last day of each backtest of the demo. In sample is long enough for the 100 closed trades that sizing wants, and
 * begins 252 sessions after the data: the 200-day mean of the first trade is whole.
 */
export const BACKTEST_SPANS = {
  'in-sample': { from: '2001-01-02', to: '2016-12-30' },
  'out-of-sample': { from: '2017-01-03', to: '2019-12-31' },
} as const;

type Span = { from: string; to: string };
type Trade = { openedOn: string; closedOn: string; open: number; close: number; profit: number; ratio: number };

/**
 * Buys the index at the close after three falling sessions above its 200-day mean and sells it five sessions later: real
 * trades at real closes of the daily S&P 500, so that every figure a page shows can be checked.
 */
function dipTrades(bars: Bar[], { from, to }: Span): Trade[] {
  const trades: Trade[] = [];
  let balance = STARTING_BALANCE;
  const mean = (end: number) => bars.slice(end - 199, end + 1).reduce((sum, bar) => sum + bar.close, 0) / 200;
  for (let at = 203; at + HOLD_SESSIONS < bars.length; at += 1) {
    const [three, two, one, now] = [bars[at - 3]!, bars[at - 2]!, bars[at - 1]!, bars[at]!];
    if (now.day < from || bars[at + HOLD_SESSIONS]!.day > to) continue;
    const isDip = now.close < one.close && one.close < two.close && two.close < three.close;
    if (!isDip || now.close < mean(at)) continue;
    const exit = bars[at + HOLD_SESSIONS]!;
    const ratio = (exit.close / now.close - 1 - 2 * FEE_FRACTION) * STAKE_FRACTION;
    const profit = Math.round(balance * ratio * 100) / 100;
    balance += profit;
    trades.push({ openedOn: now.day, closedOn: exit.day, open: now.close, close: exit.close, profit, ratio });
    at += HOLD_SESSIONS;
  }
  return trades;
}

/** The same as a Freqtrade result file, the format in which a quant brings it. */
export function sp500Backtest(strategy: string, span: Span): Buffer {
  const { from, to } = span;
  const trades = dipTrades(loadBars(), span);
  const profit = trades.reduce((sum, trade) => sum + trade.profit, 0);
  const result = {
    trades: trades.map((trade) => ({
      pair: 'SPX-ETF/USD',
      stake_amount: STARTING_BALANCE * STAKE_FRACTION,
      open_date: `${trade.openedOn} 21:00:00+00:00`,
      close_date: `${trade.closedOn} 21:00:00+00:00`,
      open_rate: trade.open,
      close_rate: trade.close,
      profit_abs: trade.profit,
      profit_ratio: trade.ratio / STAKE_FRACTION,
      exit_reason: 'after five sessions',
      is_short: false,
    })),
    starting_balance: STARTING_BALANCE,
    final_balance: STARTING_BALANCE + profit,
    profit_total_abs: profit,
    total_trades: trades.length,
    stake_currency: 'USD',
    backtest_start: `${from} 00:00:00`,
    backtest_end: `${to} 00:00:00`,
  };
  return Buffer.from(JSON.stringify({ strategy: { [strategy]: result }, strategy_comparison: [] }));
}
