import { Decimal } from '@/server/kernel/decimal';
import { DAY_MS, MAX_ROWS, MAX_SPAN_DAYS, refusedFile, shownName } from '../bounds';
import { dayOf } from '../file-time';
import type { ClosedTrades, EquityPoints, ImportedFile, ImportedStrategy, OutOfSample } from '../model';
import { drawdownOf } from '../statistics/drawdown';
import { tradeStatistics } from '../statistics/trades';
import { Contradictions, plain } from './contradictions';
import { dailyFromPoints, isDaily } from './daily-equity';
import { isRecord, type JsonRecord, numberOf, ownAnyCase, textOf } from './json-document';

/** Whether a JSON document is a LEAN result, of 2021 (PascalCase) or 2025 (camelCase). */
export function isLean(document: JsonRecord): boolean {
  return (
    isRecord(ownAnyCase(document, 'Charts')) &&
    (isRecord(ownAnyCase(document, 'Statistics')) || isRecord(ownAnyCase(document, 'Orders')))
  );
}

/**
 * The one strategy of a LEAN backtest result.
 *
 * Equity is the chart `Strategy Equity`, points `{x, y}` or `[t, open, high, low, close]` in unix seconds; the span is
 * its first to its last UTC day. Trades are `closedTrades` net of `totalFees`: the one win rate of the three in a file
 * that a person's account would show. Out of sample only where the configuration says so.
 */
export function importLean(document: JsonRecord, fallbackName: string): ImportedFile {
  const configuration = recordAt(document, 'AlgorithmConfiguration');
  const name = shownName(textOf(configuration && ownAnyCase(configuration, 'Name')) ?? fallbackName);
  const found = new Contradictions(name);
  const equity = readEquity(document, found);
  const performance = recordAt(document, 'TotalPerformance');
  const trades = performance ? readTrades(performance) : null;
  const daily = dailyFromPoints(equity);
  const first = daily.day[0]!;
  const last = daily.day[daily.day.length - 1]!;
  if ((last - first) / DAY_MS > MAX_SPAN_DAYS)
    throw refusedFile('The equity chart spans more than 150 years. Its times are damaged.');
  const coarse = !isDaily(daily.day);
  if (coarse)
    found.note(
      ['Strategy Equity'],
      'The equity chart has less than one point a day (LEAN thins long charts): daily figures are unknown. Raise the sampling resolution and run it again.',
    );
  compareStated(document, performance, trades, equity, found);
  const strategy: ImportedStrategy = {
    name,
    first,
    last,
    equity: coarse ? { ...equity, sampling: 'coarser-than-daily' } : equity,
    daily: coarse ? null : daily,
    trades,
    holdings: null,
    outOfSample: outOfSampleOf(configuration),
  };
  return { format: 'lean', guess: null, warnings: found.warnings, strategies: [strategy] };
}

function recordAt(record: JsonRecord, ...path: string[]): JsonRecord | null {
  let current: unknown = record;
  for (const name of path) {
    if (!isRecord(current)) return null;
    current = ownAnyCase(current, name);
  }
  return isRecord(current) ? current : null;
}

function readEquity(document: JsonRecord, found: Contradictions): EquityPoints {
  const series = recordAt(document, 'Charts', 'Strategy Equity', 'Series', 'Equity');
  const values = series && ownAnyCase(series, 'Values');
  if (!Array.isArray(values) || values.length === 0) {
    throw refusedFile(
      "The LEAN result has no 'Strategy Equity' chart. Use the full result file, not its summary or order list.",
    );
  }
  if (values.length > MAX_ROWS)
    throw refusedFile(`The equity chart has ${values.length} points; ${MAX_ROWS} are the most.`);
  const points: { at: number; value: number }[] = [];
  let empty = 0;
  for (const [index, raw] of values.entries()) {
    const at = numberOf(Array.isArray(raw) ? raw[0] : isRecord(raw) ? ownAnyCase(raw, 'x') : null);
    const y = Array.isArray(raw) ? raw[raw.length - 1] : isRecord(raw) ? ownAnyCase(raw, 'y') : undefined;
    if (at === null || Math.abs(at) > 8.64e12)
      throw refusedFile(`Point ${index} of 'Strategy Equity' has no time. Export the result again.`);
    if (y === null) {
      empty++;
      continue;
    }
    const value = numberOf(y);
    if (value === null)
      throw refusedFile(`Point ${index} of 'Strategy Equity' has no number. Export the result again.`);
    points.push({ at: at * 1000, value });
  }
  if (points.length === 0) throw refusedFile("Every point of 'Strategy Equity' is empty. Export the result again.");
  if (empty > 0) found.note(['Strategy Equity'], `${empty} points of 'Strategy Equity' are empty and were left out.`);
  const disordered = points.some((point, index) => index > 0 && point.at < points[index - 1]!.at);
  if (disordered) {
    found.note(['Strategy Equity'], "The points of 'Strategy Equity' are not in order of time; they were sorted.");
    points.sort((a, b) => a.at - b.at);
  }
  const days = new Set(points.map((point) => dayOf(point.at))).size;
  return {
    at: Float64Array.from(points, (point) => point.at),
    value: Float64Array.from(points, (point) => point.value),
    exact: null,
    sampling: points.length > days ? 'intraday' : 'daily',
  };
}

function readTrades(performance: JsonRecord): ClosedTrades | null {
  const rows = ownAnyCase(performance, 'ClosedTrades');
  if (!Array.isArray(rows) || rows.length === 0) return null;
  if (rows.length > MAX_ROWS) throw refusedFile(`The file has ${rows.length} closed trades; ${MAX_ROWS} are the most.`);
  const profit = Float64Array.from(rows, (row: unknown, index) => {
    const gross = isRecord(row) ? numberOf(ownAnyCase(row, 'ProfitLoss')) : null;
    const fees = isRecord(row) ? (numberOf(ownAnyCase(row, 'TotalFees')) ?? 0) : null;
    if (gross === null || fees === null)
      throw refusedFile(`closedTrades[${index}].profitLoss is not a number. Export the result again.`);
    return new Decimal(gross).minus(fees).toNumber();
  });
  return { source: 'closedTrades net of totalFees', profit };
}

function outOfSampleOf(configuration: JsonRecord | null): OutOfSample {
  if (!configuration) return { state: 'unknown', reason: 'The file has no algorithm configuration that would say' };
  const end = textOf(ownAnyCase(configuration, 'OutOfSampleMaxEndDate'));
  const days = numberOf(ownAnyCase(configuration, 'OutOfSampleDays')) ?? 0;
  if (end) return { state: 'present', reason: `outOfSampleMaxEndDate is ${shownName(end)}` };
  if (days > 0) return { state: 'present', reason: `outOfSampleDays is ${days}` };
  return { state: 'absent', reason: 'outOfSampleMaxEndDate is not set and outOfSampleDays is 0' };
}

/** Percent display string such as "19.300%" or "$3,860.92" as a number; null where it is none. */
const displayed = (value: unknown): number | null => {
  const text = textOf(value);
  return text === null ? null : numberOf(text.replace(/[$,%\s]/g, ''));
};

function compareStated(
  document: JsonRecord,
  performance: JsonRecord | null,
  trades: ClosedTrades | null,
  equity: EquityPoints,
  found: Contradictions,
): void {
  const statistics = recordAt(document, 'Statistics');
  const first = equity.value[0]!;
  const last = equity.value[equity.value.length - 1]!;
  if (statistics) {
    const percent = (field: string) => {
      const value = displayed(ownAnyCase(statistics, field));
      return value === null ? null : value / 100;
    };
    // LEAN rounds these to three decimals of a percent, and its drawdown to one.
    found.compare(
      'statistics.Drawdown',
      percent('Drawdown'),
      drawdownOf(equity.at, equity.value).fraction,
      'the equity chart gives',
      { absolute: 0.0011, relative: 0.01 },
    );
    found.compare('statistics.Net Profit', percent('Net Profit'), last / first - 1, 'the equity chart gives', {
      absolute: 0.0011,
      relative: 0.01,
    });
  }
  if (!performance || !trades) return;
  const tradeWinRate = numberOf(ownAnyCase(recordAt(performance, 'TradeStatistics') ?? {}, 'WinRate'));
  const portfolioWinRate = numberOf(ownAnyCase(recordAt(performance, 'PortfolioStatistics') ?? {}, 'WinRate'));
  const net = tradeStatistics(trades.source, trades.profit).winRate;
  const differs = [tradeWinRate, portfolioWinRate].some(
    (rate) => rate !== null && net !== null && Math.abs(rate - net) > 0.005,
  );
  if (differs) {
    found.note(
      ['tradeStatistics.winRate', 'portfolioStatistics.winRate', 'closedTrades'],
      `Three win rates: closed trades net of fees ${plain(net!)}, tradeStatistics (gross) ${tradeWinRate ?? '?'}, portfolioStatistics ${portfolioWinRate ?? '?'}. The first is used.`,
    );
  }
}
