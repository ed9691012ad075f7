/**
 * A Freqtrade result of three years: one trade a day, small wins and smaller losses, by a fixed rule, so that every run
 * reads the same figures. Days without a trade are weekends, as at an exchange.
 */
export function freqtradeResult(name: string): Buffer {
  const trades: {
    pair: string;
    open_date: string;
    close_date: string;
    profit_abs: number;
    profit_ratio: number;
    is_open: boolean;
  }[] = [];
  const first = Date.UTC(2023, 0, 2, 15);
  let state = 7;
  for (let day = 0; day < 1096; day += 1) {
    const close = new Date(first + day * 86_400_000);
    if (close.getUTCDay() === 0 || close.getUTCDay() === 6) continue;
    // Minimal standard generator (Park and Miller, 1988): the same series everywhere.
    state = (state * 48_271) % 2_147_483_647;
    const draw = state / 2_147_483_647;
    const profit = draw < 0.56 ? 40 + draw * 90 : -(20 + draw * 55);
    const stamp = (at: Date) => at.toISOString().replace('T', ' ').replace('.000Z', '+00:00');
    trades.push({
      pair: 'SPX/USD',
      open_date: stamp(new Date(close.getTime() - 5 * 3_600_000)),
      close_date: stamp(close),
      profit_abs: Math.round(profit * 100) / 100,
      profit_ratio: Math.round((profit / 10_000) * 1e6) / 1e6,
      is_open: false,
    });
  }
  return Buffer.from(
    JSON.stringify({
      strategy: {
        [name]: {
          trades,
          starting_balance: 100_000,
          stake_currency: 'USD',
          backtest_start: '2023-01-02 00:00:00',
          backtest_end: '2026-01-02 00:00:00',
        },
      },
      strategy_comparison: [],
    }),
  );
}
