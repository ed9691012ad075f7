import { refusedFile } from '../bounds';
import type { SeriesChoice, SeriesGuess } from '../model';
import { type CsvTable, isNumericColumn, isTimeColumn, numericCell } from './csv-table';

const PRICE_NAMES = [
  /^adj(usted)?[ _.]?close$/i,
  /^close$/i,
  /^(close[ _]?)?price$/i,
  /^(nav|equity|balance|portfolio[ _]?value|value|total|index)$/i,
];
const RETURN_NAMES = [/^(daily[ _]?)?returns?$/i, /^ret$/i, /return|(^|[ _])(ret|pct|chg|change)($|[ _])/i];
const SYMBOL_NAMES = /^(symbol|ticker|asset|strategy|instrument|name|sid)$/i;
const DATE_NAMES = /^(date|datetime|time|timestamp|day|index|period)$/i;
const NOT_VALUES = /^(volume|vol|open|high|low|open[ _]?interest|sid|id)$/i;
const PERCENT_NAMES = /%|pct|percent/i;
/** A fifth of equity on an ordinary day is no strategy: such numbers are per cent. */
const PERCENT_MEDIAN = 0.1;

/** What a reader decided of a table of prices or returns. */
export type PricesOrReturns = Omit<SeriesChoice, 'kind'> & { kind?: 'prices' | 'returns' };

/**
 * How to read a table of prices or returns, guessed from names and numbers, each part overruled by `choice`.
 * Returns CSV has no standard, so every guess carries its reason and is shown.
 */
export function guessSeries(table: CsvTable, choice: PricesOrReturns): SeriesGuess {
  const date = dateColumn(table);
  const symbol = table.columns.findIndex(
    (name, index) => index !== date && SYMBOL_NAMES.test(name) && !isNumericColumn(table, index),
  );
  const numeric = table.columns
    .map((_, index) => index)
    .filter((index) => index !== date && index !== symbol && isNumericColumn(table, index));
  if (numeric.length === 0)
    throw refusedFile('No column holds numbers. A returns or prices table needs a date and a value column.');
  const reasons: string[] = [];
  const columns = valueColumns(table, numeric, choice, reasons);
  const kind = choice.kind ?? guessKind(table, columns[0]!, reasons);
  const unit = kind === 'prices' ? null : (choice.unit ?? guessUnit(table, columns[0]!, reasons));
  const scale = choice.scale ?? (kind === 'prices' ? guessScale(table, date, columns[0]!, reasons) : 1);
  if (!(scale > 0) || !Number.isFinite(scale)) throw refusedFile('The scale must be a number above zero.');
  return {
    kind,
    unit,
    scale,
    dateColumn: table.columns[date]!,
    symbolColumn: symbol >= 0 ? table.columns[symbol]! : null,
    valueColumns: columns.map((index) => table.columns[index]!),
    candidates: numeric.map((index) => table.columns[index]!),
    reasons,
  };
}

function dateColumn(table: CsvTable): number {
  const named = table.columns.findIndex((name, index) => DATE_NAMES.test(name) && isTimeColumn(table, index));
  if (named >= 0) return named;
  const found = table.columns.findIndex((_, index) => isTimeColumn(table, index));
  if (found < 0)
    throw refusedFile('No column holds dates. The file is neither a known result nor a table of prices or returns.');
  return found;
}

function valueColumns(table: CsvTable, numeric: number[], choice: PricesOrReturns, reasons: string[]): number[] {
  if (choice.column !== undefined) {
    const chosen = numeric.find((index) => table.columns[index] === choice.column);
    if (chosen === undefined)
      throw refusedFile(
        `Column '${choice.column}' is not one of the number columns: ${numeric.map((i) => table.columns[i]).join(', ')}.`,
      );
    return [chosen];
  }
  const families = choice.kind === 'returns' ? [...RETURN_NAMES, ...PRICE_NAMES] : [...PRICE_NAMES, ...RETURN_NAMES];
  for (const pattern of families) {
    const match = numeric.find((index) => pattern.test(table.columns[index]!));
    if (match !== undefined) {
      reasons.push(`Column '${table.columns[match]}' by its name`);
      return [match];
    }
  }
  const values = numeric.filter((index) => !NOT_VALUES.test(table.columns[index]!));
  const chosen = values.length > 0 ? values : numeric;
  reasons.push(
    chosen.length === 1
      ? `Column '${table.columns[chosen[0]!]}' is the only one with values`
      : `${chosen.length} value columns, one strategy each`,
  );
  return chosen;
}

function guessKind(table: CsvTable, column: number, reasons: string[]): 'prices' | 'returns' {
  const name = table.columns[column]!;
  if (PRICE_NAMES.some((pattern) => pattern.test(name)))
    return because('prices', `prices: '${name}' names a price`, reasons);
  if (RETURN_NAMES.some((pattern) => pattern.test(name)))
    return because('returns', `returns: '${name}' names a return`, reasons);
  const values = sampleOf(table, column);
  if (values.some((value) => value <= 0))
    return because('returns', 'returns: the column has zero or negative numbers, which no price has', reasons);
  const steps = values.slice(1).map((value, index) => Math.abs(value / values[index]! - 1));
  return median(steps) < 0.2
    ? because('prices', 'prices: every number is above zero and close to the one before', reasons)
    : because('returns', 'returns: neighbouring numbers have nothing in common', reasons);
}

function guessUnit(table: CsvTable, column: number, reasons: string[]): 'fraction' | 'percent' {
  if (PERCENT_NAMES.test(table.columns[column]!))
    return because('percent', 'per cent: the column name says so', reasons);
  if (table.rows.slice(0, 500).some((row) => row[column]!.trim().endsWith('%')))
    return because('percent', 'per cent: cells end in %', reasons);
  const typical = median(
    sampleOf(table, column)
      .filter((value) => value !== 0)
      .map(Math.abs),
  );
  return typical > PERCENT_MEDIAN
    ? because(
        'percent',
        `per cent: a typical day is ${typical.toPrecision(2)}, as a fraction ${(typical * 100).toFixed(0)} % a day`,
        reasons,
      )
    : because('fraction', `fraction: a typical day is ${typical.toPrecision(2)}`, reasons);
}

function guessScale(table: CsvTable, date: number, column: number, reasons: string[]): number {
  const compactDates = table.rows.slice(0, 50).every((row) => /^\d{8}( \d{2}:\d{2})?$/.test(row[date]!.trim()));
  const wholeNumbers = sampleOf(table, column).every((value) => Number.isInteger(value) && value >= 1000);
  return compactDates && wholeNumbers
    ? because(10_000, 'scale 10,000: whole numbers under compact dates, as LEAN writes equity prices', reasons)
    : 1;
}

function sampleOf(table: CsvTable, column: number): number[] {
  const values: number[] = [];
  for (const row of table.rows.slice(0, 20_000)) {
    const value = numericCell(row[column]!, table.decimalComma);
    if (value !== null) values.push(value);
  }
  return values;
}

function median(values: number[]): number {
  if (values.length === 0) return 0;
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)]!;
}

function because<T>(value: T, reason: string, reasons: string[]): T {
  reasons.push(`Read as ${reason}`);
  return value;
}
