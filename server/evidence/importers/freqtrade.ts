import { Decimal } from '@/server/kernel/decimal';
import { MAX_ROWS, MAX_STRATEGIES, MAX_STRATEGY_DAYS, refuseDays, refusedFile, shownName } from '../bounds';
import { fileTime } from '../file-time';
import type { EquityPoints, ImportedFile, ImportedStrategy, ImportWarning } from '../model';
import { drawdownOf } from '../statistics/drawdown';
import { tradeStatistics } from '../statistics/trades';
import { Contradictions } from './contradictions';
import { dailyOverCalendar } from './daily-equity';
import { isRecord, type JsonRecord, numberOf, own, textOf } from './json-document';

interface Trade {
  closedAt: number;
  profit: Decimal;
  profitRatio: number | null;
}

/** Whether a JSON document is a Freqtrade result: strategies by name, each with a list of trades. */
export function isFreqtrade(document: JsonRecord): boolean {
  const strategies = own(document, 'strategy');
  return (
    isRecord(strategies) &&
    Object.values(strategies).some((entry) => isRecord(entry) && Array.isArray(own(entry, 'trades')))
  );
}

/**
 * Every strategy of a Freqtrade result (2021 to 2026; several per file).
 *
 * Equity is `starting_balance` plus cumulative `profit_abs` in the order of closing. The span is the backtest's, from
 * `backtest_start` to `backtest_end`, not its trades'. What the file states about itself is recomputed and compared.
 * Source: freqtrade/optimize/optimize_reports.
 */
export function importFreqtrade(document: JsonRecord, mostDays = MAX_STRATEGY_DAYS): ImportedFile {
  const entries = Object.entries(own(document, 'strategy') as JsonRecord);
  if (entries.length > MAX_STRATEGIES)
    throw refusedFile(`The file holds ${entries.length} strategies; ${MAX_STRATEGIES} are the most.`);
  const warnings: ImportWarning[] = [];
  let days = 0;
  const strategies = entries.map(([name, entry]) => {
    if (!isRecord(entry)) throw refusedFile(`Strategy ${shownName(name)} is no object. Export the result again.`);
    const read = importStrategy(shownName(name), entry, warnings);
    days += read.daily?.day.length ?? 0;
    refuseDays(days, mostDays);
    return read;
  });
  return { format: 'freqtrade', guess: null, warnings, strategies };
}

function importStrategy(name: string, entry: JsonRecord, warnings: ImportWarning[]): ImportedStrategy {
  const found = new Contradictions(name);
  const trades = readTrades(name, entry, found);
  const starting = numberOf(own(entry, 'starting_balance')) ?? numberOf(own(entry, 'dry_run_wallet'));
  if (starting === null)
    throw refusedFile(
      `${name}: starting_balance is missing, so there is no equity. Run the backtest again with Freqtrade 2021.2 or newer.`,
    );
  if (starting <= 0) throw refusedFile(`${name}: starting_balance is ${starting}; it must be above zero.`);
  const lastClose = trades[trades.length - 1]?.closedAt;
  const first = testInstant(entry, 'backtest_start') ?? trades[0]?.closedAt;
  const last = testInstant(entry, 'backtest_end') ?? lastClose;
  if (first === undefined || last === undefined)
    throw refusedFile(
      `${name}: backtest_start and backtest_end are missing and there are no trades. Export the result again.`,
    );
  if (last < first) throw refusedFile(`${name}: backtest_end lies before backtest_start. Export the result again.`);
  if (trades.length > 0 && (trades[0]!.closedAt < first || lastClose! > last)) {
    found.contradict(
      ['backtest_start', 'backtest_end', 'trades'],
      'Trades close outside of backtest_start to backtest_end. They are counted.',
    );
  }
  const equity = equityOf(starting, first, trades);
  const opening = { at: first, value: starting, exact: new Decimal(starting) };
  const daily = dailyOverCalendar(
    equity,
    opening,
    Math.min(first, trades[0]?.closedAt ?? first),
    Math.max(last, lastClose ?? last),
  );
  const profit = Float64Array.from(trades, (trade) => trade.profit.toNumber());
  compareStated(entry, found, { trades, profit, equity, starting });
  warnings.push(...found.warnings);
  return {
    name,
    first,
    last,
    equity,
    daily,
    trades: trades.length === 0 ? null : { source: 'trades[].profit_abs', profit },
    holdings: null,
    outOfSample: { state: 'unknown', reason: 'A Freqtrade result does not say which part was out of sample' },
  };
}

function readTrades(name: string, entry: JsonRecord, found: Contradictions): Trade[] {
  const rows = own(entry, 'trades');
  if (!Array.isArray(rows)) throw refusedFile(`${name}: the list of trades is missing. Export with --export trades.`);
  if (rows.length > MAX_ROWS) throw refusedFile(`${name}: ${rows.length} trades; ${MAX_ROWS} are the most.`);
  const trades: Trade[] = [];
  let open = 0;
  for (const [index, row] of rows.entries()) {
    if (!isRecord(row)) throw refusedFile(`${name}: trades[${index}] is no object. Export the result again.`);
    if (own(row, 'close_date') == null && own(row, 'close_timestamp') == null) {
      open++;
      continue;
    }
    const closedAt = tradeClose(row);
    if (closedAt === null)
      throw refusedFile(`${name}: trades[${index}].close_date is no time. Export the result again.`);
    const profit = numberOf(own(row, 'profit_abs'));
    if (profit === null)
      throw refusedFile(`${name}: trades[${index}].profit_abs is not a number. Export the result again.`);
    trades.push({ closedAt, profit: new Decimal(profit), profitRatio: numberOf(own(row, 'profit_ratio')) });
  }
  if (open > 0) found.note(['trades'], `${open} trades have no close_date; they are open and not counted.`);
  return trades.sort((a, b) => a.closedAt - b.closedAt);
}

function tradeClose(row: JsonRecord): number | null {
  const text = textOf(own(row, 'close_date'));
  if (text) return fileTime(text);
  return numberOf(own(row, 'close_timestamp')) ?? numberOf(own(row, 'close_date'));
}

function testInstant(entry: JsonRecord, field: string): number | undefined {
  const text = textOf(own(entry, field));
  return (text ? fileTime(text) : null) ?? numberOf(own(entry, `${field}_ts`)) ?? undefined;
}

/** One point per closed trade after the starting balance; trades that close together stay separate points, in file order. */
function equityOf(starting: number, first: number, trades: Trade[]): EquityPoints {
  const at = new Float64Array(trades.length + 1);
  const value = new Float64Array(trades.length + 1);
  const exact: Decimal[] = [new Decimal(starting)];
  at[0] = Math.min(first, trades[0]?.closedAt ?? first);
  value[0] = starting;
  for (const [index, trade] of trades.entries()) {
    exact.push(exact[index]!.plus(trade.profit));
    at[index + 1] = trade.closedAt;
    value[index + 1] = exact[index + 1]!.toNumber();
  }
  return { at, value, exact, sampling: 'per-trade' };
}

interface Recomputed {
  trades: Trade[];
  profit: Float64Array;
  equity: EquityPoints;
  starting: number;
}

function compareStated(entry: JsonRecord, found: Contradictions, facts: Recomputed): void {
  const stated = (field: string) => numberOf(own(entry, field));
  const counts = tradeStatistics('trades[].profit_abs', facts.profit);
  const final = facts.equity.value[facts.equity.value.length - 1]!;
  found.compare('total_trades', stated('total_trades'), facts.trades.length, 'the list of trades holds');
  for (const side of ['wins', 'losses', 'draws'] as const) {
    found.compare(side, stated(side), counts[side], 'the signs of profit_abs give');
  }
  if (facts.trades.length > 0)
    found.compare('winrate', stated('winrate'), counts.winRate, 'the signs of profit_abs give', { relative: 1e-4 });
  found.compare('final_balance', stated('final_balance'), final, 'starting_balance plus all profit_abs gives');
  found.compare(
    'profit_total',
    stated('profit_total'),
    final / facts.starting - 1,
    'starting_balance and profit_abs give',
  );
  found.compare('profit_total_abs', stated('profit_total_abs'), final - facts.starting, 'profit_abs sums to');
  if (stated('profit_factor') !== 0)
    found.compare('profit_factor', stated('profit_factor'), counts.profitFactor, 'profit_abs gives', {
      relative: 1e-4,
    });
  const drawdown = drawdownOf(facts.equity.at, facts.equity.value);
  const field = stated('max_relative_drawdown') === null ? 'max_drawdown_account' : 'max_relative_drawdown';
  // Older files state only the drawdown at the largest absolute one, which may be smaller than the largest fraction.
  const allowed =
    field === 'max_drawdown_account'
      ? { absolute: Math.max(0, drawdown.fraction - (stated(field) ?? 0)) }
      : { relative: 1e-6, absolute: 1e-9 };
  found.compare(field, stated(field), drawdown.fraction, 'the equity over its trades gives', allowed);
  const signs = facts.trades.filter(
    (trade) => trade.profitRatio !== null && Math.sign(trade.profitRatio) !== trade.profit.comparedTo(0),
  );
  if (signs.length > 0) {
    found.contradict(
      ['profit_ratio', 'profit_abs'],
      `${signs.length} of ${facts.trades.length} trades have a profit_ratio whose sign differs from profit_abs. profit_abs is used.`,
    );
  }
}
