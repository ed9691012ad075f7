import { Decimal } from '../kernel/decimal';
import type { ImportedStrategy, Sampling } from './model';

/** Daily holdings as plain JSON: value per instrument and cash, null where it is not known. */
export interface StoredHoldings {
  day: number[];
  instruments: string[];
  value: number[][];
  cash: (number | null)[];
  /** Where it was recorded; elsewhere equity is the sum of positions and cash. */
  equity?: number[];
}

/** Closes of another strategy of the same history: what correlation is computed with. */
export type StoredPeer = { name: string } & Pick<NonNullable<StoredSeries['daily']>, 'day' | 'value' | 'opening'>;

/** Plain JSON of what charts, replay and the cone need of an imported strategy; times in epoch milliseconds. */
export interface StoredSeries {
  sampling: Sampling | null;
  daily: {
    day: number[];
    value: number[];
    exact: string[] | null;
    opening: { at: number; value: number } | null;
  } | null;
  /** Only where there is no daily series: the file's own points, thinned to the last of each of 4,000 stretches. */
  points: { at: number[]; value: number[] } | null;
  holdings: StoredHoldings | null;
}

const MAX_POINTS = 4000;

export function storedSeriesOf(strategy: ImportedStrategy): StoredSeries {
  const { daily, equity, holdings } = strategy;
  return {
    sampling: equity?.sampling ?? null,
    daily: daily && {
      day: Array.from(daily.day),
      value: Array.from(daily.value),
      exact: daily.exact?.map((value) => value.toSignificantDigits(34).toString()) ?? null,
      opening: daily.opening,
    },
    points: !daily && equity ? thinned(Array.from(equity.at), Array.from(equity.value)) : null,
    holdings: holdings && {
      day: Array.from(holdings.day),
      instruments: holdings.instruments,
      value: holdings.value.map((held) => Array.from(held)),
      cash: Array.from(holdings.cash),
    },
  };
}

function thinned(at: number[], value: number[]): { at: number[]; value: number[] } {
  const step = Math.ceil(at.length / MAX_POINTS);
  const kept = (_: number, index: number) => index % step === step - 1 || index === at.length - 1;
  return { at: at.filter(kept), value: value.filter(kept) };
}

/** The curve of stored daily closes, as replay and statistics take it; null where the file had none. */
export function dailyCurveOf(series: StoredSeries) {
  const { daily } = series;
  return (
    daily && {
      day: Float64Array.from(daily.day),
      value: Float64Array.from(daily.value),
      exact: daily.exact?.map((text) => new Decimal(text)) ?? null,
      opening: daily.opening,
    }
  );
}

/**
 * A stored strategy as a history that limits can be replayed over; `peers` are the others of its history. Of a `whole` the
 * curve is what its peers make up together.
 */
export function storedReplayHistory(
  name: string,
  series: StoredSeries,
  peers: readonly StoredPeer[] = [],
  isWhole = false,
) {
  const curve = dailyCurveOf(series);
  const { holdings } = series;
  return {
    curve: curve && { name, ...curve },
    holdings: holdings && {
      day: Float64Array.from(holdings.day),
      instruments: holdings.instruments,
      value: holdings.value.map((held) => Float64Array.from(held)),
      cash: Float64Array.from(holdings.cash, (cash) => cash ?? Number.NaN),
      equity: holdings.equity ? Float64Array.from(holdings.equity) : null,
    },
    peers: peers.map((peer) => ({
      name: peer.name,
      day: Float64Array.from(peer.day),
      value: Float64Array.from(peer.value),
      exact: null,
      opening: peer.opening,
    })),
    isWhole,
  };
}
