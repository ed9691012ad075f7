import type { StoredHoldings, StoredSeries } from './stored-series';

type Daily = NonNullable<StoredSeries['daily']>;

/** A stored series as it passes between processes without being written number by number. */
export interface PackedSeries {
  sampling: StoredSeries['sampling'];
  daily: (Pick<Daily, 'opening'> & { day: Float64Array; value: Float64Array; exact: string | null }) | null;
  points: { at: Float64Array; value: Float64Array } | null;
  holdings: { day: Float64Array; instruments: string[]; value: Float64Array[]; cash: Float64Array } | null;
}

/** Cash of imported holdings is always known: what is recorded elsewhere is never packed. */
export function packSeries({ sampling, daily, points, holdings }: StoredSeries): PackedSeries {
  return {
    sampling,
    daily: daily && {
      day: Float64Array.from(daily.day),
      value: Float64Array.from(daily.value),
      exact: daily.exact?.join(' ') ?? null,
      opening: daily.opening,
    },
    points: points && { at: Float64Array.from(points.at), value: Float64Array.from(points.value) },
    holdings: holdings && packHoldings(holdings),
  };
}

const packHoldings = ({ day, instruments, value, cash }: StoredHoldings) => ({
  day: Float64Array.from(day),
  instruments,
  value: value.map((held) => Float64Array.from(held)),
  cash: Float64Array.from(cash, (one) => one ?? Number.NaN),
});

export function unpackSeries({ sampling, daily, points, holdings }: PackedSeries): StoredSeries {
  return {
    sampling,
    daily: daily && {
      day: Array.from(daily.day),
      value: Array.from(daily.value),
      exact: daily.exact === null ? null : daily.exact.split(' '),
      opening: daily.opening,
    },
    points: points && { at: Array.from(points.at), value: Array.from(points.value) },
    holdings: holdings && {
      day: Array.from(holdings.day),
      instruments: holdings.instruments,
      value: holdings.value.map((held) => Array.from(held)),
      cash: Array.from(holdings.cash, (one) => (Number.isNaN(one) ? null : one)),
    },
  };
}
