import type { Decimal } from '@/server/kernel/decimal';
import { DAY_MS, MAX_SPAN_DAYS, refusedFile } from '../bounds';
import { dayOf, dayText } from '../file-time';
import type { DailyEquity, EquityPoints } from '../model';

/** Last equity of each UTC day that has a point; days without a point are left out, as a market's closed days are. */
export function dailyFromPoints(points: EquityPoints): DailyEquity {
  const day: number[] = [];
  const value: number[] = [];
  const exact: Decimal[] | null = points.exact ? [] : null;
  for (let i = 0; i < points.at.length; i++) {
    const today = dayOf(points.at[i]!);
    const at = day[day.length - 1] === today ? day.length - 1 : day.length;
    day[at] = today;
    value[at] = points.value[i]!;
    if (exact && points.exact) exact[at] = points.exact[i]!;
  }
  return { day: Float64Array.from(day), value: Float64Array.from(value), exact, opening: null };
}

/**
 * Equity at the end of each calendar day from `first` to `last`, carried over days on which nothing closed.
 * For equity that only moves when a trade closes, on a market that never does.
 */
export function dailyOverCalendar(
  points: EquityPoints,
  opening: { at: number; value: number; exact: Decimal },
  first: number,
  last: number,
): DailyEquity {
  const from = dayOf(first);
  const days = Math.round((dayOf(last) - from) / DAY_MS) + 1;
  if (days > MAX_SPAN_DAYS)
    throw refusedFile(
      `The test runs from ${dayText(first)} to ${dayText(last)}, which no market test does. Its dates are damaged.`,
    );
  const day = new Float64Array(days);
  const value = new Float64Array(days);
  const exact: Decimal[] = new Array(days);
  let next = 0;
  let current = opening.value;
  let currentExact = opening.exact;
  for (let i = 0; i < days; i++) {
    day[i] = from + i * DAY_MS;
    while (next < points.at.length && points.at[next]! < from + (i + 1) * DAY_MS) {
      current = points.value[next]!;
      currentExact = points.exact![next]!;
      next++;
    }
    value[i] = current;
    exact[i] = currentExact;
  }
  return { day, value, exact, opening: { at: opening.at, value: opening.value } };
}

/** Median distance in days between neighbours; null under two points. */
export function medianGapDays(day: Float64Array): number | null {
  if (day.length < 2) return null;
  const gaps = new Float64Array(day.length - 1);
  for (let i = 1; i < day.length; i++) gaps[i - 1] = (day[i]! - day[i - 1]!) / DAY_MS;
  gaps.sort();
  return gaps[Math.floor(gaps.length / 2)]!;
}

/** Weekly and monthly series cannot give a daily figure; trading days with weekends and holidays can. */
export const isDaily = (day: Float64Array): boolean => (medianGapDays(day) ?? 1) <= 1.5;

/** The longest hole of a daily series, for a warning: more than ten days is no holiday. */
export function longHole(day: Float64Array): { from: number; to: number; days: number } | null {
  let worst: { from: number; to: number; days: number } | null = null;
  for (let i = 1; i < day.length; i++) {
    const days = (day[i]! - day[i - 1]!) / DAY_MS;
    if (days > 10 && days > (worst?.days ?? 0)) worst = { from: day[i - 1]!, to: day[i]!, days };
  }
  return worst;
}
