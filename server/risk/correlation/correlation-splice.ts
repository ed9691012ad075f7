import type { Calendar } from '../calendar';
import { addDays, sessionOn } from '../session-day';
import { CORRELATION_WINDOW } from './correlation';

/** One strategy's daily returns on an axis of sessions (NaN where there is none); 1 marks a day of its backtest. */
export type Spliced = { returns: Float64Array; isSpliced: Uint8Array };

/** The last `count` session days of a calendar up to `day`, oldest first: days without a session are no gap and no entry. */
export function sessionAxis(calendar: Calendar, day: string, count: number): string[] {
  const axis: string[] = [];
  // Ten years of days at most: a calendar without sessions ends the search.
  for (let at = day, looked = 0; axis.length < count && looked < 3_660; at = addDays(at, -1), looked += 1) {
    if (sessionOn(calendar, at)) axis.push(at);
  }
  return axis.reverse();
}

/** Simple returns by day from daily closes; a close at or under 0 has no return after it. */
export function returnsByDay(days: readonly string[], closes: readonly number[]): Map<string, number> {
  const returns = new Map<string, number>();
  for (let i = 1; i < days.length; i += 1) {
    const before = closes[i - 1] as number;
    if (before > 0) returns.set(days[i] as string, (closes[i] as number) / before - 1);
  }
  return returns;
}

/**
 * Live returns on the axis, and before the first of them those of the approved backtest, marked as such. A gap in the live
 * series stays a gap: only days before the launch are spliced.
 */
export function splice(
  axis: readonly string[],
  live: ReadonlyMap<string, number>,
  backtest: ReadonlyMap<string, number> | null,
): Spliced {
  const launch = [...live.keys()].sort()[0];
  const returns = new Float64Array(axis.length).fill(Number.NaN);
  const isSpliced = new Uint8Array(axis.length);
  axis.forEach((day, i) => {
    const own = live.get(day);
    const tested = launch !== undefined && day < launch ? backtest?.get(day) : undefined;
    if (own !== undefined) returns[i] = own;
    else if (tested !== undefined) {
      returns[i] = tested;
      isSpliced[i] = 1;
    }
  });
  return { returns, isSpliced };
}

/** How many of the common days that a correlation uses are of a backtest on either side. */
export function splicedDays(a: Spliced, b: Spliced, window = CORRELATION_WINDOW): number {
  let used = 0;
  let spliced = 0;
  const stop = Math.max(0, a.returns.length - window.within);
  for (let i = a.returns.length - 1; i >= stop && used < window.days; i -= 1) {
    if (Number.isNaN(a.returns[i]) || Number.isNaN(b.returns[i])) continue;
    used += 1;
    if (a.isSpliced[i] || b.isSpliced[i]) spliced += 1;
  }
  return spliced;
}
