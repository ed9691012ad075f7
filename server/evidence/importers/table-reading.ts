import { DomainError } from '@/server/kernel/errors';
import { refusedFile } from '../bounds';
import type { ImportedFile, SeriesChoice, TableKind, TableReading } from '../model';
import { type CsvTable, isNumericColumn, isTimeColumn, readTable } from './csv-table';
import { importPositions, importTransactions, isPositions, isTransactions } from './pyfolio';
import { importSeries } from './series-csv';
import { guessSeries } from './series-guess';

/**
 * Reads a delimited text as what it looks like or as `choice` says. A refusal carries in `data.reading` how the table was
 * taken and what may be chosen instead, so that whoever sent it can send it again read in another way.
 */
export function importTable(text: string, name: string, choice: SeriesChoice): ImportedFile {
  const table = readTable(text);
  try {
    return readAs(table, name, choice);
  } catch (cause) {
    if (!(cause instanceof DomainError)) throw cause;
    const { code, message, kind, detail } = cause;
    throw new DomainError(code, message, {
      kind,
      detail,
      cause,
      data: { ...cause.data, reading: readingOf(table, choice) },
    });
  }
}

function readAs(table: CsvTable, name: string, choice: SeriesChoice): ImportedFile {
  const kind = kindOf(table, choice);
  switch (kind) {
    case 'transactions':
      return importTransactions(table, name);
    case 'positions':
      return importPositions(table, name, choice.kind === 'positions');
    default:
      return importSeries(table, { ...choice, kind }, name);
  }
}

/** The kind that was chosen, or what the columns say; undefined is left to the numbers. */
function kindOf(table: CsvTable, { kind, column }: SeriesChoice): TableKind | undefined {
  if (kind === 'transactions' && !isTransactions(table))
    throw refusedFile("Transactions have dates first and columns 'amount', 'price' and 'symbol'; this table has not.");
  if (kind === 'positions' && !isPositions(table))
    throw refusedFile(
      "Positions have dates first, a column of money per instrument and a column named 'cash'; this table has not.",
    );
  if (kind !== undefined || column !== undefined) return kind;
  if (isTransactions(table)) return 'transactions';
  return isPositions(table) ? 'positions' : undefined;
}

function readingOf(table: CsvTable, choice: SeriesChoice): TableReading {
  const numbers = table.columns.filter((_, index) => !isTimeColumn(table, index) && isNumericColumn(table, index));
  const kind = choice.kind ?? kindOf(table, choice);
  if (kind === 'positions' || kind === 'transactions')
    return { kind, unit: null, scale: 1, valueColumns: [], candidates: numbers };
  try {
    const { valueColumns, candidates, ...how } = guessSeries(table, { ...choice, kind, column: undefined });
    const column = choice.column !== undefined && candidates.includes(choice.column) ? [choice.column] : valueColumns;
    return { kind: how.kind, unit: how.unit, scale: how.scale, valueColumns: column, candidates };
  } catch (cause) {
    if (!(cause instanceof DomainError)) throw cause;
    const columns = table.columns.filter((_, index) => !isTimeColumn(table, index));
    return { kind: kind ?? 'prices', unit: choice.unit ?? null, scale: 1, valueColumns: [], candidates: columns };
  }
}
