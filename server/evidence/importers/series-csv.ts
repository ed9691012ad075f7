import { Decimal } from '@/server/kernel/decimal';
import {
  DAY_MS,
  MAX_SPAN_DAYS,
  MAX_STRATEGIES,
  MAX_STRATEGY_DAYS,
  refuseDays,
  refusedFile,
  shownName,
} from '../bounds';
import { dayOf, dayText, fileTime, isSlashed, slashedOrder } from '../file-time';
import type { EquityPoints, ImportedFile, ImportedStrategy, SeriesGuess } from '../model';
import { Contradictions } from './contradictions';
import { type CsvTable, numericCell } from './csv-table';
import { dailyFromPoints, isDaily, longHole, medianGapDays } from './daily-equity';
import { guessSeries, type PricesOrReturns } from './series-guess';

interface Row {
  at: number;
  value: number;
  line: number;
}

/** A day of +350 % is a wrong unit, an unadjusted split or a bad tick: never computed with. */
export const MAX_DAILY_RETURN = 3.5;
const RETURNS_START_VALUE = 100_000;

/**
 * Strategies of a prices or returns table: one per value column, or one per symbol of a long table.
 *
 * Returns are compounded from 100,000 on the day before the first row. Refused: a repeated time, a cell that is no
 * number, a day of +350 % or under -100 %, a price at or under zero.
 */
export function importSeries(table: CsvTable, choice: PricesOrReturns, fallbackName: string): ImportedFile {
  const guess = guessSeries(table, choice);
  const { length } = guess.valueColumns;
  if (length > MAX_STRATEGIES)
    throw refusedFile(
      `The table holds ${length} value columns, one strategy each; ${MAX_STRATEGIES} are the most. Choose one, or upload a part.`,
    );
  const date = table.columns.indexOf(guess.dateColumn);
  const symbol = guess.symbolColumn === null ? -1 : table.columns.indexOf(guess.symbolColumn);
  const times = timesOf(table, date);
  const named: { name: string; rows: Row[] }[] = [];
  for (const column of guess.valueColumns) {
    const index = table.columns.indexOf(column);
    const groups = new Map<string, Row[]>();
    for (const [i, row] of table.rows.entries()) {
      const key = symbol >= 0 ? shownName(row[symbol]!) : guess.valueColumns.length > 1 ? column : fallbackName;
      const rows = groups.get(key) ?? groups.set(key, []).get(key)!;
      const value = cellOf(table, i, index, guess, rows.length === 0);
      if (value !== null) rows.push({ at: times[i]!, value, line: i + table.firstLine });
      if (named.length + groups.size > MAX_STRATEGIES)
        throw refusedFile(
          `The table holds more than ${MAX_STRATEGIES} symbols${length > 1 ? ', each in several columns' : ''}; that is the most.`,
        );
    }
    for (const [name, rows] of groups) named.push({ name, rows });
  }
  // Points of one day count once.
  const days = named.map(({ rows }) => new Set(rows.map((row) => dayOf(row.at))).size);
  refuseDays(
    days.reduce((sum, count) => sum + count, 0),
    MAX_STRATEGY_DAYS,
  );
  const warnings = new Contradictions(null);
  const strategies = named.map(({ name, rows }) => strategyOf(name, rows, guess, warnings, named.length > 1));
  return {
    format: guess.kind === 'prices' ? 'prices-csv' : 'returns-csv',
    guess,
    warnings: warnings.warnings,
    strategies,
  };
}

/** Times of all rows in epoch milliseconds. A slashed column whose order nothing decides is refused: 03/04 is two days. */
export function timesOf(table: CsvTable, column: number): Float64Array {
  const cells = table.rows.map((row) => row[column]!);
  const slashed = cells.some(isSlashed);
  const order = slashed ? slashedOrder(cells) : null;
  if (slashed && !order)
    throw refusedFile('Dates like 03/04/2020 may be March or April here. Write them as 2020-04-03.');
  return Float64Array.from(cells, (cell, index) => {
    const at = fileTime(cell, order);
    if (at === null)
      throw refusedFile(`Line ${index + table.firstLine}: '${shownName(cell).slice(0, 40)}' is no date.`);
    return at;
  });
}

/** The cell's number; null for the empty first returns a percentage change leaves behind. */
function cellOf(table: CsvTable, row: number, column: number, guess: SeriesGuess, isFirst: boolean): number | null {
  const cell = table.rows[row]![column]!;
  const value = numericCell(cell, table.decimalComma);
  if (value !== null) return value;
  if (cell.trim() === '' && isFirst && guess.kind === 'returns') return null;
  const what = cell.trim() === '' ? 'is empty' : `is '${shownName(cell).slice(0, 40)}', which is no number`;
  throw refusedFile(`Line ${row + table.firstLine}: ${table.columns[column]} ${what}. Fill or remove the row.`);
}

function strategyOf(
  name: string,
  rows: Row[],
  guess: SeriesGuess,
  warnings: Contradictions,
  several: boolean,
): ImportedStrategy {
  const label = several ? `${name}: ` : '';
  if (rows.length < 2) throw refusedFile(`${label}${rows.length} row is too few; a series needs at least two.`);
  inOrder(rows, label, warnings);
  const span = (rows[rows.length - 1]!.at - rows[0]!.at) / DAY_MS;
  if (span > MAX_SPAN_DAYS) throw refusedFile(`${label}the series spans more than 150 years. Its dates are damaged.`);
  const days = Float64Array.from(new Set(rows.map((row) => dayOf(row.at))));
  const daily = isDaily(days);
  if (!daily) {
    const gap = medianGapDays(days)!;
    warnings.note(
      [guess.dateColumn],
      `${label}points are about ${Math.round(gap)} days apart: daily returns and the 30-day volatility are refused, not computed. Upload daily data.`,
    );
  }
  const hole = daily ? longHole(days) : null;
  if (hole)
    warnings.note(
      [guess.dateColumn],
      `${label}no data from ${dayText(hole.from)} to ${dayText(hole.to)} (${hole.days} days); the move over it counts as one day.`,
    );
  const equity =
    guess.kind === 'prices'
      ? pointsOfPrices(rows, guess, days.length, daily, label)
      : pointsOfReturns(rows, guess, days, daily, label);
  return {
    name,
    first: equity.at[0]!,
    last: equity.at[equity.at.length - 1]!,
    equity,
    daily: daily ? dailyFromPoints(equity) : null,
    trades: null,
    holdings: null,
    outOfSample: { state: 'unknown', reason: 'A table of prices or returns does not say which part was out of sample' },
  };
}

function inOrder(rows: Row[], label: string, warnings: Contradictions): void {
  const falls = rows.filter((row, index) => index > 0 && row.at < rows[index - 1]!.at).length;
  if (falls > 0 && falls < rows.length - 1)
    warnings.note(['date'], `${label}rows are not in order of time; they were sorted.`);
  rows.sort((a, b) => a.at - b.at);
  for (let i = 1; i < rows.length; i++) {
    if (rows[i]!.at === rows[i - 1]!.at) {
      throw refusedFile(
        `${label}line ${Math.max(rows[i]!.line, rows[i - 1]!.line)} repeats ${dayText(rows[i]!.at)}. Each date may stand once.`,
      );
    }
  }
}

function pointsOfPrices(rows: Row[], guess: SeriesGuess, days: number, daily: boolean, label: string): EquityPoints {
  for (const [index, row] of rows.entries()) {
    if (row.value <= 0)
      throw refusedFile(
        `${label}line ${row.line}: a price of ${row.value} is not above zero. If these are returns, choose returns.`,
      );
    const before = rows[index - 1];
    if (daily && before && row.value / before.value - 1 >= MAX_DAILY_RETURN) {
      throw refusedFile(
        `${label}line ${row.line}: ${percent(row.value / before.value - 1)} in a day is a split that was not adjusted, a bad tick, or not a price. Correct it or choose another column.`,
      );
    }
  }
  const sampling = !daily ? 'coarser-than-daily' : rows.length > days ? 'intraday' : 'daily';
  return {
    at: Float64Array.from(rows, (row) => row.at),
    value: Float64Array.from(rows, (row) => row.value / guess.scale),
    exact: null,
    sampling,
  };
}

function pointsOfReturns(
  rows: Row[],
  guess: SeriesGuess,
  days: Float64Array,
  daily: boolean,
  label: string,
): EquityPoints {
  const divisor = guess.unit === 'percent' ? 100 : 1;
  const stepDays = daily ? 1 : Math.max(1, Math.round(medianGapDays(days) ?? 1));
  const at = new Float64Array(rows.length + 1);
  const value = new Float64Array(rows.length + 1);
  const exact = [new Decimal(RETURNS_START_VALUE)];
  at[0] = dayOf(rows[0]!.at) - stepDays * DAY_MS;
  value[0] = RETURNS_START_VALUE;
  for (const [index, row] of rows.entries()) {
    const fraction = row.value / divisor;
    if (fraction >= MAX_DAILY_RETURN) {
      throw refusedFile(
        `${label}line ${row.line}: a return of ${percent(fraction)} is not believable. ${divisor === 1 ? 'If the file is in per cent, choose per cent; if it holds prices, choose prices.' : 'If it holds prices, choose prices.'}`,
      );
    }
    if (fraction < -1)
      throw refusedFile(
        `${label}line ${row.line}: a return of ${percent(fraction)} loses more than everything. Check the unit.`,
      );
    exact.push(exact[index]!.times(new Decimal(row.value).div(divisor).plus(1)));
    at[index + 1] = row.at;
    value[index + 1] = exact[index + 1]!.toNumber();
  }
  const sampling = !daily ? 'coarser-than-daily' : rows.length > days.length ? 'intraday' : 'daily';
  return { at, value, exact, sampling };
}

export const percent = (fraction: number): string => `${fraction > 0 ? '+' : ''}${(fraction * 100).toFixed(0)} %`;
