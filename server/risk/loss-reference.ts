import { type SessionDay, sessionBefore, sessionDay } from './session-day';
import type { EvaluationContext, Point } from './state';

type Hours = Pick<EvaluationContext, 'calendar' | 'zone' | 'sessionStart'>;

/** A point this close before an instant lies in the session before it whatever the calendar says. */
export const NEAR_MS = 20 * 3_600_000;

/**
 * The first instant whose sample still stands for the beginning of a day: the session day of the last session before it, so
 * that Monday is measured from Friday's close. What is older says nothing of a day: nobody saw what came between.
 */
export function anchorSince(day: SessionDay, { calendar, zone, sessionStart }: Hours): Date {
  const previous = sessionBefore(calendar, day.start);
  return previous ? sessionDay(previous.opensAt, zone, sessionStart).start : day.start;
}

type Anchor = { start: number; end: number; since: number };
/** The day asked about last: samples of one day follow one another, and its calendar costs more than all else of them. */
const asked = new WeakMap<Hours, Anchor>();

function anchorOf(at: number, hours: Hours): Anchor {
  const held = asked.get(hours);
  if (held && held.start <= at && at < held.end) return held;
  const day = sessionDay(new Date(at), hours.zone, hours.sessionStart);
  const anchor = { start: day.start.getTime(), end: day.end.getTime(), since: anchorSince(day, hours).getTime() };
  asked.set(hours, anchor);
  return anchor;
}

/** Whether a sample before an instant is recent enough to be what a loss since that instant is measured from. */
export const standsFor = (point: number, at: number, hours: Hours): boolean =>
  at - point <= NEAR_MS || point >= anchorOf(at, hours).since;

/** How many of the points, oldest first, lie at or before an instant. */
export function countUntil(points: readonly Point[], at: number): number {
  let low = 0;
  let high = points.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((points[middle] as Point).at.getTime() <= at) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** What a loss since an instant is measured from, `before` of the points being at or before it; null without any. */
export function referenceAt(
  points: readonly Point[],
  before: number,
  at: number,
  hours: Hours,
): { point: Point; estimated: boolean } | null {
  const newest = points[before - 1];
  if (newest && standsFor(newest.at.getTime(), at, hours)) return { point: newest, estimated: false };
  const first = points[before];
  return first ? { point: first, estimated: true } : null;
}
