import { DomainError } from '@/server/kernel/errors';
import type { ImportedFile, SeriesChoice, TableReading } from '../model';
import { type CsvTable, isTimeColumn, readTable } from './csv-table';
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
  if (choice.kind === undefined && choice.column === undefined) {
    if (isTransactions(table)) return importTransactions(table, name);
    if (isPositions(table)) return importPositions(table, name);
  }
  return importSeries(table, choice, name);
}

function readingOf(table: CsvTable, choice: SeriesChoice): TableReading {
  try {
    const { kind, unit, scale, valueColumns, candidates } = guessSeries(table, { ...choice, column: undefined });
    const column = choice.column !== undefined && candidates.includes(choice.column) ? [choice.column] : valueColumns;
    return { kind, unit, scale, valueColumns: column, candidates };
  } catch (cause) {
    if (!(cause instanceof DomainError)) throw cause;
    return {
      kind: choice.kind ?? 'prices',
      unit: choice.unit ?? null,
      scale: 1,
      valueColumns: [],
      candidates: table.columns.filter((_, index) => !isTimeColumn(table, index)),
    };
  }
}
