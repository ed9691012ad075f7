import { Decimal } from '@/server/kernel/decimal';
import { refusedFile, shownName } from '../bounds';
import { dayText } from '../file-time';
import type { ImportedFile, SeriesGuess } from '../model';
import { Contradictions } from './contradictions';
import { type CsvTable, isNumericColumn, isTimeColumn, numericCell } from './csv-table';
import { dailyFromPoints, isDaily } from './daily-equity';
import { MAX_DAILY_RETURN, percent, timesOf } from './series-csv';

const OUT_OF_SAMPLE = {
  state: 'unknown',
  reason: 'A pyfolio table does not say which part was out of sample',
} as const;

/** Whether a table is pyfolio positions: dates first, a column per instrument in money, and cash. */
export const isPositions = (table: CsvTable): boolean =>
  table.hasHeader &&
  table.columns.length >= 2 &&
  isTimeColumn(table, 0) &&
  table.columns.some((name) => name.toLowerCase() === 'cash') &&
  table.columns.every((_, index) => index === 0 || isNumericColumn(table, index));

/** Whether a table is pyfolio transactions: dates first, with amount, price and symbol. */
export function isTransactions(table: CsvTable): boolean {
  const names = new Set(table.columns.map((name) => name.toLowerCase()));
  return (
    table.hasHeader &&
    isTimeColumn(table, 0) &&
    names.has('amount') &&
    names.has('price') &&
    (names.has('symbol') || names.has('sid'))
  );
}

/**
 * Daily holdings of a pyfolio positions table. Equity is the sum of all positions and cash, so a deposit would look
 * like profit: that is said. An empty position is no position; empty cash is refused.
 *
 * Sums that no account has (nothing or less, +350 % in a day) are refused unless a reader has `chosen` positions: returns
 * beside a column of cash look the same.
 */
export function importPositions(table: CsvTable, name: string, chosen = false): ImportedFile {
  const at = timesOf(table, 0);
  const cashColumn = table.columns.findIndex((column) => column.toLowerCase() === 'cash');
  const instruments = table.columns.map((_, index) => index).filter((index) => index > 0 && index !== cashColumn);
  const order = Array.from(at.keys()).sort((a, b) => at[a]! - at[b]!);
  const day = Float64Array.from(order, (row) => at[row]!);
  const repeated = day.findIndex((when, index) => index > 0 && when === day[index - 1]);
  if (repeated > 0)
    throw refusedFile(
      `Line ${order[repeated]! + table.firstLine} repeats ${dayText(day[repeated]!)}. Each date may stand once.`,
    );
  if (day.length < 2) throw refusedFile('One day of positions is too few; a history needs at least two.');
  const cash = Float64Array.from(order, (row) => moneyCell(table, row, cashColumn, false));
  const value = instruments.map((column) => Float64Array.from(order, (row) => moneyCell(table, row, column, true)));
  const exact = order.map((_, i) => value.reduce((sum, held) => sum.plus(held[i]!), new Decimal(cash[i]!)));
  const equity = {
    at: day,
    value: Float64Array.from(exact, (sum) => sum.toNumber()),
    exact,
    sampling: 'daily' as const,
  };
  if (!chosen) refuseReturns(equity.value, (i) => order[i]! + table.firstLine);
  const found = new Contradictions(null);
  found.note(
    ['cash'],
    'Equity is the sum of positions and cash: a deposit or withdrawal would look like profit or loss.',
  );
  const daily = isDaily(day);
  if (!daily) found.note([table.columns[0]!], 'The positions are not daily: daily figures are refused, not computed.');
  return {
    format: 'pyfolio-positions',
    guess: guessOf(table, 'positions', [...instruments, cashColumn]),
    warnings: found.warnings,
    strategies: [
      {
        name,
        first: day[0]!,
        last: day[day.length - 1]!,
        equity: daily ? equity : { ...equity, sampling: 'coarser-than-daily' },
        daily: daily ? dailyFromPoints(equity) : null,
        trades: null,
        holdings: { day, instruments: instruments.map((column) => table.columns[column]!), value, cash },
        outOfSample: OUT_OF_SAMPLE,
      },
    ],
  };
}

function refuseReturns(equity: Float64Array, lineOf: (index: number) => number): void {
  const instead = 'If the columns are returns, choose returns; if the account is so, choose positions.';
  for (const [i, value] of equity.entries()) {
    if (value <= 0)
      throw refusedFile(`line ${lineOf(i)}: positions and cash come to ${Number(value.toPrecision(6))}. ${instead}`);
    const gain = i === 0 ? 0 : value / equity[i - 1]! - 1;
    if (gain >= MAX_DAILY_RETURN)
      throw refusedFile(`line ${lineOf(i)}: positions and cash come to ${percent(gain)} in a day. ${instead}`);
  }
}

interface Lot {
  quantity: number;
  price: number;
}

/** Lots in the order they were bought; those before `head` are closed. */
interface Book {
  lots: Lot[];
  head: number;
}

/**
 * Closed round trips of a pyfolio transactions table, first in first out per symbol, before commissions (the table has
 * none). There is no equity in it, so everything that needs one stays unknown.
 */
export function importTransactions(table: CsvTable, name: string): ImportedFile {
  const at = timesOf(table, 0);
  const column = (wanted: string) => table.columns.findIndex((candidate) => candidate.toLowerCase() === wanted);
  const symbolColumn = column('symbol') >= 0 ? column('symbol') : column('sid');
  const order = Array.from(at.keys()).sort((a, b) => at[a]! - at[b]!);
  const books = new Map<string, Book>();
  const profit: number[] = [];
  for (const row of order) {
    const symbol = shownName(table.rows[row]![symbolColumn]!);
    const book = books.get(symbol) ?? books.set(symbol, { lots: [], head: 0 }).get(symbol)!;
    const closed = trade(
      book,
      moneyCell(table, row, column('amount'), false),
      moneyCell(table, row, column('price'), false),
    );
    if (closed !== null) profit.push(closed);
  }
  const found = new Contradictions(null);
  found.note(
    ['price', 'amount'],
    'Trades are round trips matched first in, first out, before commissions. There is no equity in this file.',
  );
  const open = Array.from(books).filter(([, { lots, head }]) => lots.length > head).length;
  if (open > 0) found.note(['amount'], `${open} symbols are still held at the end; what is open is not counted.`);
  return {
    format: 'pyfolio-transactions',
    guess: guessOf(table, 'transactions', [column('amount'), column('price')]),
    warnings: found.warnings,
    strategies: [
      {
        name,
        first: at[order[0]!]!,
        last: at[order[order.length - 1]!]!,
        equity: null,
        daily: null,
        trades:
          profit.length === 0
            ? null
            : { source: 'transactions matched first in, first out, gross', profit: Float64Array.from(profit) },
        holdings: null,
        outOfSample: OUT_OF_SAMPLE,
      },
    ],
  };
}

/**
 * Takes one fill into the lots; the profit of what it closed, or null where it closed nothing. Closed lots are passed over,
 * not taken out: to move all the others for each would take hours for a symbol of a million fills.
 */
function trade(book: Book, amount: number, price: number): number | null {
  let left = amount;
  let profit: number | null = null;
  for (let lot = book.lots[book.head]; left !== 0 && lot; lot = book.lots[book.head]) {
    if (Math.sign(lot.quantity) === Math.sign(left)) break;
    const quantity = Math.min(Math.abs(left), Math.abs(lot.quantity)) * Math.sign(lot.quantity);
    profit = (profit ?? 0) + quantity * (price - lot.price);
    left += quantity;
    lot.quantity -= quantity;
    if (lot.quantity === 0) book.head += 1;
  }
  if (left !== 0) book.lots.push({ quantity: left, price });
  return profit;
}

function moneyCell(table: CsvTable, row: number, column: number, emptyIsZero: boolean): number {
  const cell = table.rows[row]![column]!;
  if (emptyIsZero && cell.trim() === '') return 0;
  const value = numericCell(cell, table.decimalComma);
  if (value === null)
    throw refusedFile(
      `Line ${row + table.firstLine}: ${table.columns[column]} is '${shownName(cell).slice(0, 40)}', which is no number.`,
    );
  return value;
}

const guessOf = (table: CsvTable, kind: 'positions' | 'transactions', columns: number[]): SeriesGuess => ({
  kind,
  unit: null,
  scale: 1,
  dateColumn: table.columns[0]!,
  symbolColumn: null,
  valueColumns: columns.map((index) => table.columns[index]!),
  candidates: table.columns.filter((_, index) => index > 0 && isNumericColumn(table, index)),
  reasons: [
    kind === 'positions'
      ? "A 'cash' column beside instruments in money: pyfolio positions"
      : 'amount, price and symbol: pyfolio transactions',
  ],
});
