import type { Decimal } from '../../kernel/decimal';

/** A curve of daily closes, ascending; `day` is UTC midnight in epoch milliseconds, `opening` the equity before the first. */
export type ReplayCurve = {
  name: string;
  day: Float64Array;
  value: Float64Array;
  /** Decimals where `value` was accumulated; null where it is the history's own number. */
  exact: readonly Decimal[] | null;
  opening: { value: number } | null;
};

/** Signed market value per instrument and cash, on days of their own. */
export type ReplayHoldings = {
  day: Float64Array;
  instruments: readonly string[];
  value: readonly Float64Array[];
  cash: Float64Array;
};

export type ReplayHistory = {
  /** Null where the history has no daily equity. */
  curve: ReplayCurve | null;
  holdings: ReplayHoldings | null;
  /** Other strategies of the same history, for correlation. */
  peers: readonly ReplayCurve[];
};
