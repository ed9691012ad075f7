import { tzOffset } from '@date-fns/tz';
import type { Calendar, Hours } from './calendar';

const MINUTE = 60_000;
const DAY = 86_400_000;

/** A portfolio's day: key `YYYY-MM-DD`, and the instants it starts and ends; 23 or 25 h long when clocks change. */
export type SessionDay = { key: string; start: Date; end: Date };

/** The instant of a wall time in an IANA zone. A time that clocks skip is the first instant after the gap. */
export function instantOf(zone: string, day: string, time: string): Date {
  const [hours = 0, minutes = 0] = time.split(':').map(Number);
  const wall = Date.parse(`${day}T00:00:00Z`) + (hours * 60 + minutes) * MINUTE;
  const before = tzOffset(zone, new Date(wall - DAY));
  const after = tzOffset(zone, new Date(wall + DAY));
  const early = wall - before * MINUTE;
  if (before === after) return new Date(early);
  // Of the two readings of an ambiguous hour the first counts, as a clock on the wall shows it first.
  if (tzOffset(zone, new Date(early)) === before) return new Date(early);
  const late = wall - after * MINUTE;
  if (tzOffset(zone, new Date(late)) === after) return new Date(late);
  return changeBetween(zone, late, early);
}

function changeBetween(zone: string, low: number, high: number): Date {
  const target = tzOffset(zone, new Date(high));
  let from = low;
  let to = high;
  while (to - from > MINUTE) {
    const middle = from + Math.floor((to - from) / 2 / MINUTE) * MINUTE;
    if (tzOffset(zone, new Date(middle)) === target) to = middle;
    else from = middle;
  }
  return new Date(to);
}

/** The wall date `YYYY-MM-DD` of an instant in a zone. */
export const dateIn = (zone: string, at: Date): string =>
  new Date(at.getTime() + tzOffset(zone, at) * MINUTE).toISOString().slice(0, 10);

export const addDays = (day: string, days: number): string =>
  new Date(Date.parse(`${day}T00:00:00Z`) + days * DAY).toISOString().slice(0, 10);

/**
 * The session day an instant belongs to, in the portfolio's zone, from `startsAt` (00:00, or 17:00 for futures) to the
 * next. A day that starts in the evening carries the date on which it ends, as futures desks name it.
 */
export function sessionDay(at: Date, zone: string, startsAt = '00:00'): SessionDay {
  let date = dateIn(zone, at);
  if (instantOf(zone, date, startsAt) > at) date = addDays(date, -1);
  const next = addDays(date, 1);
  return {
    key: startsAt === '00:00' ? date : next,
    start: instantOf(zone, date, startsAt),
    end: instantOf(zone, next, startsAt),
  };
}

export type Session = { opensAt: Date; closesAt: Date };

/** The trading session of a calendar's date, or null on a holiday or weekend. */
export function sessionOn(calendar: Calendar, day: string): Session | null {
  const weekday = new Date(`${day}T00:00:00Z`).getUTCDay() || 7;
  const exception = calendar.exceptions[day];
  const hours: Hours | null = exception === undefined ? (calendar.weekly[String(weekday)] ?? null) : exception;
  if (!hours) return null;
  const [opens, closes] = hours;
  return {
    opensAt: instantOf(calendar.zone, day, opens),
    closesAt:
      closes === '24:00' ? instantOf(calendar.zone, addDays(day, 1), '00:00') : instantOf(calendar.zone, day, closes),
  };
}

/** The session that is running at an instant, or null. Open counts, close does not. */
export function sessionAt(calendar: Calendar, at: Date): Session | null {
  const day = dateIn(calendar.zone, at);
  const session = sessionOn(calendar, day);
  return session && session.opensAt <= at && at < session.closesAt ? session : null;
}

/** The first open at or after an instant; null when the calendar has none in the next 30 days. */
export function nextOpen(calendar: Calendar, at: Date): Date | null {
  const first = dateIn(calendar.zone, at);
  for (let ahead = 0; ahead <= 30; ahead += 1) {
    const session = sessionOn(calendar, addDays(first, ahead));
    if (session && session.opensAt >= at) return session.opensAt;
  }
  return null;
}

/** Full sessions of a calendar that lie wholly between two instants. */
export function fullSessionsBetween(calendar: Calendar, from: Date, to: Date): number {
  let count = 0;
  const last = dateIn(calendar.zone, to);
  for (let day = dateIn(calendar.zone, from); day <= last; day = addDays(day, 1)) {
    const session = sessionOn(calendar, day);
    if (session && session.opensAt >= from && session.closesAt <= to) count += 1;
  }
  return count;
}

/** The last session that opened before an instant; null when there was none in 30 days. */
export function sessionBefore(calendar: Calendar, at: Date): Session | null {
  const last = dateIn(calendar.zone, at);
  for (let back = 0; back <= 30; back += 1) {
    const session = sessionOn(calendar, addDays(last, -back));
    if (session && session.opensAt < at) return session;
  }
  return null;
}
