/** A minute series: epoch minutes ascending and their values. */
export type MinuteSeries = { minutes: number[]; values: number[] };

export const epochMinute = (at: Date): number => Math.floor(at.getTime() / 60_000);

/** The part in [from, to), in epoch minutes. */
export function slice(series: MinuteSeries, from: number, to: number): MinuteSeries {
  const minutes: number[] = [];
  const values: number[] = [];
  series.minutes.forEach((minute, i) => {
    if (minute < from || minute >= to) return;
    minutes.push(minute);
    values.push(series.values[i]!);
  });
  return { minutes, values };
}

const offsets = new Map<string, Intl.DateTimeFormat>();
/** Minute of the day, 0 to 1439, that an epoch minute has in a zone. */
export function minuteOfDay(minute: number, timeZone: string): number {
  const format =
    offsets.get(timeZone) ??
    new Intl.DateTimeFormat('en-GB', { timeZone, hour: '2-digit', minute: '2-digit', hourCycle: 'h23' });
  offsets.set(timeZone, format);
  const [hour, rest] = format.format(minute * 60_000).split(':');
  return Number(hour) * 60 + Number(rest);
}

/**
 * The part of a baseline at the hours of the day that a window covers: the open of a session is compared with opens, not
 * with nights. `isSame` is false where the baseline has none of those hours; the whole of it is given then.
 */
export function sameHours(
  baseline: MinuteSeries,
  window: { from: number; to: number },
  timeZone: string,
): { series: MinuteSeries; isSame: boolean } {
  if (window.to - window.from >= 1440) return { series: baseline, isSame: true };
  const start = minuteOfDay(window.from, timeZone);
  const length = window.to - window.from;
  const inHours = (minute: number) => (minuteOfDay(minute, timeZone) - start + 1440) % 1440 < length;
  const kept: MinuteSeries = { minutes: [], values: [] };
  baseline.minutes.forEach((minute, i) => {
    if (!inHours(minute)) return;
    kept.minutes.push(minute);
    kept.values.push(baseline.values[i]!);
  });
  return kept.minutes.length ? { series: kept, isSame: true } : { series: baseline, isSame: false };
}

/** What lies outside [from, to): a baseline taken during a window must not be compared with itself. */
export function outside(series: MinuteSeries, from: number, to: number): MinuteSeries {
  const kept: MinuteSeries = { minutes: [], values: [] };
  series.minutes.forEach((minute, i) => {
    if (minute >= from && minute < to) return;
    kept.minutes.push(minute);
    kept.values.push(series.values[i]!);
  });
  return kept;
}

/** Means of the blocks of a series that hold a value, blocks counted from the epoch. */
export function blockMeans(series: MinuteSeries, blockMinutes: number): Float64Array {
  const sums = new Map<number, { sum: number; count: number }>();
  series.minutes.forEach((minute, i) => {
    const block = Math.floor(minute / blockMinutes);
    const entry = sums.get(block) ?? { sum: 0, count: 0 };
    entry.sum += series.values[i]!;
    entry.count += 1;
    sums.set(block, entry);
  });
  return Float64Array.from(sums.values(), ({ sum, count }) => sum / count);
}

export function meanOf(values: ArrayLike<number>): number | null {
  if (values.length === 0) return null;
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i]!;
  return sum / values.length;
}
