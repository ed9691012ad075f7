import { z } from 'zod';

const TIME = /^([01]\d|2[0-3]):[0-5]\d$/;

/** One dated exception of a calendar: `closed`, hours of its own in the calendar's zone, or `regular` to take it away. */
export const CalendarException = z.object({
  calendarId: z.string().min(1).max(40),
  day: z.iso.date('A day such as 2026-12-24.'),
  hours: z.union([
    z.literal('closed'),
    z.literal('regular'),
    z
      .object({
        opens: z.string().regex(TIME, 'A time such as 09:30.'),
        closes: z.string().refine((text) => text === '24:00' || TIME.test(text), 'A time such as 13:00, or 24:00.'),
      })
      .refine(({ opens, closes }) => opens < closes, { message: 'It closes after it opens.', path: ['closes'] }),
  ]),
  reason: z.string().trim().min(3, 'Say why: others will read it.').max(500),
});
export type CalendarException = z.infer<typeof CalendarException>;

export const CalendarView = z.object({
  id: z.string(),
  timeZone: z.string(),
  /** The day it is there now: exceptions before it stand as they are. */
  today: z.string(),
  weekly: z.record(z.string(), z.tuple([z.string(), z.string()])),
  /** From today on, by day; null is closed. */
  exceptions: z.array(z.object({ day: z.string(), hours: z.tuple([z.string(), z.string()]).nullable() })),
});
export type CalendarView = z.infer<typeof CalendarView>;

export type Exceptions = Record<string, [string, string] | null>;

/** The wall date of an instant in a zone, `YYYY-MM-DD`. */
export const dayIn = (timeZone: string, at: Date): string =>
  new Intl.DateTimeFormat('en-CA', { timeZone, year: 'numeric', month: '2-digit', day: '2-digit' }).format(at);

/** How far ahead an exception may lie, in years. */
const YEARS_AHEAD = 3;

/**
 * The exceptions with one changed, or what is wrong in words. Days that are over or have begun stand as they were: soak,
 * ages and sessions are counted by them, and a session that ended early by a word would let old data pass for fresh.
 */
export function withException(
  exceptions: Exceptions,
  { day, hours }: Pick<CalendarException, 'day' | 'hours'>,
  today: string,
): { exceptions: Exceptions } | { fault: string } {
  if (day <= today) return { fault: `Days up to ${today} stand as they were or have begun.` };
  if (Number(day.slice(0, 4)) > Number(today.slice(0, 4)) + YEARS_AHEAD)
    return { fault: `At most ${YEARS_AHEAD} years ahead.` };
  const { [day]: before, ...rest } = exceptions;
  if (hours === 'regular')
    return before === undefined ? { fault: 'This day is a regular one already.' } : { exceptions: rest };
  const next: [string, string] | null = hours === 'closed' ? null : [hours.opens, hours.closes];
  if (before !== undefined && String(before) === String(next)) return { fault: 'The calendar says so already.' };
  return { exceptions: { ...rest, [day]: next } };
}
