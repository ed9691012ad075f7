import type { Calendar } from '../calendar';
import { addDays, dateIn, instantOf, sessionOn } from '../session-day';

/** The same wall time on the next day that has a session: "within one business day" of a calendar, 24 h where it never closes. */
export function oneBusinessDayAfter(calendar: Calendar, at: Date): Date {
  const time = new Intl.DateTimeFormat('en-GB', { timeZone: calendar.zone, hour: '2-digit', minute: '2-digit' }).format(
    at,
  );
  let day = addDays(dateIn(calendar.zone, at), 1);
  for (let looked = 0; looked < 30 && !sessionOn(calendar, day); looked += 1) day = addDays(day, 1);
  return instantOf(calendar.zone, day, time);
}
