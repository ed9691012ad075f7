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

/** Market value per instrument (signed or gross) and cash, NaN where it is unknown, on days of their own. */
export type ReplayHoldings = {
  day: Float64Array;
  instruments: readonly string[];
  value: readonly Float64Array[];
  cash: Float64Array;
  /** As recorded; left out where equity is the sum of positions and cash. */
  equity?: Float64Array | null;
};

export type ReplayHistory = {
  /** Null where the history has no daily equity. */
  curve: ReplayCurve | null;
  holdings: ReplayHoldings | null;
  /** Other strategies of the same history, for correlation. */
  peers: readonly ReplayCurve[];
  /** True where the curve is a portfolio and the peers are its strategies: every pair of them counts, and none with it. */
  isWhole?: boolean;
};
