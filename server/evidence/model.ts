import type { Decimal } from '@/server/kernel/decimal';

export const EVIDENCE_FORMATS = [
  'freqtrade',
  'lean',
  'prices-csv',
  'returns-csv',
  'pyfolio-positions',
  'pyfolio-transactions',
] as const;
export type EvidenceFormat = (typeof EVIDENCE_FORMATS)[number];

/** What one point of the equity stands for; only `daily` and finer can give a daily volatility. */
export type Sampling = 'per-trade' | 'intraday' | 'daily' | 'coarser-than-daily';

/** Something the file says against itself, or that a reader must know; `fields` are the file's own names. */
export interface ImportWarning {
  /** `contradiction`: two parts of the file disagree. `note`: how it had to be read. */
  kind: 'contradiction' | 'note';
  strategy: string | null;
  fields: string[];
  message: string;
}

/**
 * Equity over every point of the file, ascending by time; `at` in epoch milliseconds.
 * `exact` holds the decimals where `value` was accumulated from the file's numbers, null where it is the file's own number.
 */
export interface EquityPoints {
  at: Float64Array;
  value: Float64Array;
  exact: Decimal[] | null;
  sampling: Sampling;
}

/** Last equity of each day; `day` is UTC midnight in epoch milliseconds. `opening` is the equity before the first day. */
export interface DailyEquity {
  day: Float64Array;
  value: Float64Array;
  exact: Decimal[] | null;
  opening: { at: number; value: number } | null;
}

/** Profit of each closed trade in account currency, as `source` of the file tells it. */
export interface ClosedTrades {
  source: string;
  profit: Float64Array;
}

/** Daily holdings in account currency: signed market value per instrument and cash. */
export interface DailyHoldings {
  day: Float64Array;
  instruments: string[];
  /** One array per instrument. */
  value: Float64Array[];
  cash: Float64Array;
}

export interface OutOfSample {
  /** `unknown` where the format has no field for it. */
  state: 'present' | 'absent' | 'unknown';
  reason: string;
}

export interface ImportedStrategy {
  name: string;
  /** First and last instant of the test in epoch milliseconds, not of its trades. */
  first: number;
  last: number;
  equity: EquityPoints | null;
  /** Null where there is no equity, or where it is too coarse for a daily series. */
  daily: DailyEquity | null;
  trades: ClosedTrades | null;
  holdings: DailyHoldings | null;
  outOfSample: OutOfSample;
}

/** What a table can hold. */
export const TABLE_KINDS = ['prices', 'returns', 'positions', 'transactions'] as const;
export type TableKind = (typeof TABLE_KINDS)[number];

/** How a delimited file was read; each part can be changed by its reader. */
export interface SeriesGuess {
  kind: TableKind;
  unit: 'fraction' | 'percent' | null;
  /** The file's numbers are divided by it: 10,000 for LEAN's equity prices. */
  scale: number;
  dateColumn: string;
  symbolColumn: string | null;
  valueColumns: string[];
  /** Other columns that could hold the values. */
  candidates: string[];
  reasons: string[];
}

/** What of a reading a reader may change: how a table is taken, and the columns there are to take it from. */
export type TableReading = Pick<SeriesGuess, 'kind' | 'unit' | 'scale' | 'valueColumns' | 'candidates'>;

/** What a reader decided instead of the guess. */
export interface SeriesChoice {
  kind?: TableKind;
  unit?: 'fraction' | 'percent';
  scale?: number;
  column?: string;
}

export interface ImportedFile {
  format: EvidenceFormat;
  guess: SeriesGuess | null;
  warnings: ImportWarning[];
  strategies: ImportedStrategy[];
}
