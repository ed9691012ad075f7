import { ZipFile } from 'yazl';

/** Small files of each format, written by hand for tests: every number is chosen to be checked in the head. */

export interface FreqtradeSample {
  starting?: number;
  start?: string;
  end?: string;
  /** [close_date, profit_abs] in the order of the file. */
  trades: [string, number | null][];
  stated?: Record<string, unknown>;
}

export function freqtradeStrategy(sample: FreqtradeSample): Record<string, unknown> {
  return {
    trades: sample.trades.map(([close_date, profit_abs]) => ({ pair: 'BTC/USDT', close_date, profit_abs })),
    starting_balance: sample.starting ?? 1000,
    backtest_start: sample.start ?? '2024-01-01 00:00:00',
    backtest_end: sample.end ?? '2024-01-05 12:00:00',
    ...sample.stated,
  };
}

export const freqtradeFile = (strategies: Record<string, FreqtradeSample>): Buffer =>
  Buffer.from(
    JSON.stringify({
      strategy: Object.fromEntries(
        Object.entries(strategies).map(([name, sample]) => [name, freqtradeStrategy(sample)]),
      ),
      strategy_comparison: [],
    }),
  );

const HOUR = 3600;
/** 2 January 2025, 21:00 UTC, in unix seconds. */
export const LEAN_START = 1_735_851_600;

const leanTrades = [
  { gross: 10, fees: 1 },
  { gross: 5, fees: 5 },
  { gross: -4, fees: 1 },
];

/** The 2021 format: PascalCase, points {x, y}. */
export function lean2021(options: { withPerformance: boolean; statistics?: Record<string, string> }): Buffer {
  const values = [100, 110, 99, 104.5].map((y, day) => ({ x: LEAN_START + day * 24 * HOUR, y }));
  return Buffer.from(
    JSON.stringify({
      Charts: {
        'Strategy Equity': {
          Name: 'Strategy Equity',
          Series: { Equity: { Name: 'Equity', Unit: '$', Values: values } },
        },
      },
      Statistics: options.statistics ?? { 'Total Trades': '3' },
      ...(options.withPerformance && {
        TotalPerformance: {
          TradeStatistics: { WinRate: '0.6667' },
          PortfolioStatistics: { WinRate: '0.3333' },
          ClosedTrades: leanTrades.map(({ gross, fees }) => ({ ProfitLoss: gross, TotalFees: fees })),
        },
      }),
    }),
  );
}

/** The 2025 format: camelCase, points [t, open, high, low, close]. */
export function lean2025(options: { withPerformance: boolean; configuration?: Record<string, unknown> }): Buffer {
  const values = [100, 110, 99, 104.5].map((close, day) => [
    LEAN_START + day * 24 * HOUR,
    close - 1,
    close + 2,
    close - 2,
    close,
  ]);
  return Buffer.from(
    JSON.stringify({
      charts: {
        'Strategy Equity': { name: 'Strategy Equity', series: { Equity: { name: 'Equity', unit: '$', values } } },
      },
      statistics: { 'Total Orders': '3' },
      algorithmConfiguration: {
        name: 'Trend 7',
        outOfSampleMaxEndDate: null,
        outOfSampleDays: 0,
        ...options.configuration,
      },
      ...(options.withPerformance && {
        totalPerformance: {
          tradeStatistics: { winRate: '0.6667' },
          portfolioStatistics: { winRate: '0.3333' },
          closedTrades: leanTrades.map(({ gross, fees }) => ({ profitLoss: gross, totalFees: fees })),
        },
      }),
    }),
  );
}

export async function zipOf(entries: Record<string, Buffer>): Promise<Buffer> {
  const zip = new ZipFile();
  for (const [path, bytes] of Object.entries(entries)) zip.addBuffer(bytes, path);
  zip.end();
  const parts: Buffer[] = [];
  for await (const part of zip.outputStream as unknown as AsyncIterable<Buffer>) parts.push(part);
  return Buffer.concat(parts);
}

/** A daily table from 1 January 2020 on, one row per calendar day. */
export function dailyTable(values: (number | string)[], header: string | null = 'date,close'): Buffer {
  const rows = values.map((value, i) => `${new Date(Date.UTC(2020, 0, 1 + i)).toISOString().slice(0, 10)},${value}`);
  return Buffer.from([...(header ? [header] : []), ...rows].join('\n'));
}
