import type { SeriesChoice, TableKind, TableReading } from '@/server/evidence/model';

/** How a table is to be read, as it stands in a form; what is empty is guessed from the file. */
export type ReadingValues = {
  kind: TableKind;
  unit: '' | NonNullable<SeriesChoice['unit']>;
  column: string;
  scale: string;
};

const LARGEST = 1e12;

/** Prices and returns are read from a column; positions and transactions from all of theirs. */
export const isSeries = (kind: TableKind): boolean => kind === 'prices' || kind === 'returns';

/** The guess as a form begins with it. */
export const valuesOf = (reading: TableReading): ReadingValues => ({
  kind: reading.kind,
  unit: reading.unit ?? '',
  column: isSeries(reading.kind) && reading.valueColumns.length === 1 ? reading.valueColumns[0]! : '',
  scale: reading.kind === 'prices' ? String(reading.scale) : '',
});

/** The number typed to divide by, thousands separated or not; null where it is none. */
function scaleOf(text: string): number | null {
  const plain = text.trim();
  if (!/^(\d{1,3}(,\d{3})+|\d+)(\.\d+)?$/.test(plain)) return null;
  const value = Number(plain.replaceAll(',', ''));
  return value > 0 && value <= LARGEST ? value : null;
}

/** True, or what is wrong with the number to divide by; empty is guessed. */
export const scaleProblem = (text: string): true | string =>
  text.trim() === '' || scaleOf(text) !== null || 'A number above 0, such as 10,000; empty to have it guessed.';

/** What goes with the file: only what the kind can use. */
export function choiceFrom({ kind, unit, column, scale }: ReadingValues): SeriesChoice {
  const divisor = kind === 'prices' ? scaleOf(scale) : null;
  return {
    kind,
    ...(isSeries(kind) && column && { column }),
    ...(kind === 'returns' && unit && { unit }),
    ...(divisor !== null && { scale: divisor }),
  };
}
