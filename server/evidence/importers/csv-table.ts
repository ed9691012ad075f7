import Papa from 'papaparse';
import { MAX_COLUMNS, MAX_ROWS, refusedFile, shownName } from '../bounds';
import { fileTime, isSlashed } from '../file-time';

/** A delimited file as text cells. `firstLine` is the file's own line number of the first row, for messages. */
export interface CsvTable {
  columns: string[];
  hasHeader: boolean;
  rows: string[][];
  firstLine: number;
  decimalComma: boolean;
}

const NUMERIC = /^[+-]?(\d{1,3}(,\d{3})+|\d+)?(\.\d*)?(e[+-]?\d+)?\s*%?$/i;
const DECIMAL_COMMA = /^[+-]?\d+,\d+\s*%?$/;

/**
 * Reads a delimited text: comma, semicolon, tab or bar, with or without a header, quotes as RFC 4180.
 * Refused: an unclosed quote (a truncated file), rows of differing length, more than a million rows or 5,000 columns, no rows.
 */
export function readTable(text: string): CsvTable {
  const parsed = Papa.parse<string[]>(text, { skipEmptyLines: 'greedy', delimitersToGuess: [',', ';', '\t', '|'] });
  const quote = parsed.errors.find((problem) => problem.type === 'Quotes');
  if (quote) throw refusedFile(`Line ${(quote.row ?? 0) + 1} has an unclosed quote: the file is damaged or truncated.`);
  const rows = parsed.data;
  if (rows.length > MAX_ROWS) throw refusedFile(`The file has ${rows.length} rows; ${MAX_ROWS} are the most.`);
  const head = rows[0];
  if (!head || head.length < 2)
    throw refusedFile('The file is neither a known result nor a table with a date and a value column.');
  if (head.length > MAX_COLUMNS)
    throw refusedFile(`The table has ${head.length} columns; ${MAX_COLUMNS} are the most.`);
  const hasHeader = !head.some((cell) => isTime(cell)) && head.some((cell) => numericCell(cell) === null);
  const columns = hasHeader ? uniqueNames(head) : head.map((_, index) => `column ${index + 1}`);
  const body = hasHeader ? rows.slice(1) : rows;
  if (body.length === 0) throw refusedFile('The table has a header but no rows.');
  const firstLine = hasHeader ? 2 : 1;
  const odd = body.findIndex((row) => row.length !== columns.length);
  if (odd >= 0) {
    const isLast = odd === body.length - 1;
    throw refusedFile(
      `Line ${odd + firstLine} has ${body[odd]!.length} cells where ${columns.length} are expected: the file is ${isLast ? 'truncated' : 'damaged'}.`,
    );
  }
  const decimalComma =
    parsed.meta.delimiter !== ',' &&
    body.slice(0, 200).some((row) => row.some((cell) => DECIMAL_COMMA.test(cell.trim())));
  return { columns, hasHeader, rows: body, firstLine, decimalComma };
}

const isTime = (cell: string): boolean => fileTime(cell) !== null || isSlashed(cell);

function uniqueNames(head: string[]): string[] {
  const seen = new Map<string, number>();
  return head.map((cell, index) => {
    const name = shownName(cell) || `column ${index + 1}`;
    const count = (seen.get(name) ?? 0) + 1;
    seen.set(name, count);
    return count === 1 ? name : `${name} (${count})`;
  });
}

/** Number of a cell: thousands separators and a per cent sign are taken off (the sign does not scale). Null: no number. */
export function numericCell(cell: string, decimalComma = false): number | null {
  const trimmed = cell.trim();
  const text = decimalComma && DECIMAL_COMMA.test(trimmed) ? trimmed.replace(',', '.') : trimmed;
  if (!/\d/.test(text) || !NUMERIC.test(text)) return null;
  const value = Number(text.replace(/[,%\s]/g, ''));
  return Number.isFinite(value) ? value : null;
}

/** Whether a column is meant as numbers: half of the filled cells of its first rows; the odd one out is then named. */
export function isNumericColumn(table: CsvTable, column: number): boolean {
  const filled = table.rows.slice(0, 500).filter((row) => row[column]!.trim() !== '');
  const numeric = filled.filter((row) => numericCell(row[column]!, table.decimalComma) !== null);
  return filled.length > 0 && numeric.length >= filled.length * 0.5;
}

/** Whether a column is times, by its first rows. */
export function isTimeColumn(table: CsvTable, column: number): boolean {
  const sample = table.rows.slice(0, 50);
  return sample.every((row) => isTime(row[column]!));
}
