/** When a day opens and closes in the calendar's zone, `HH:MM`; `24:00` is the end of the day. */
export type Hours = [opens: string, closes: string];

/**
 * A trading calendar is data: weekly hours by ISO weekday (1 is Monday, a missing day is closed) and dated exceptions
 * (a holiday is null, a half day has its own hours), in one IANA zone.
 */
export type Calendar = {
  id: string;
  zone: string;
  weekly: Record<string, Hours>;
  exceptions: Record<string, Hours | null>;
};

const ALL_DAY: Hours = ['00:00', '24:00'];
const EVERY_DAY = Object.fromEntries([1, 2, 3, 4, 5, 6, 7].map((day) => [String(day), ALL_DAY]));

export const CALENDAR_24X7: Calendar = { id: '24x7', zone: 'UTC', weekly: EVERY_DAY, exceptions: {} };

// New York Stock Exchange: published holidays and early closes (13:00).
const CLOSED = [
  '2024-01-01 2024-01-15 2024-02-19 2024-03-29 2024-05-27 2024-06-19 2024-07-04 2024-09-02 2024-11-28 2024-12-25',
  '2025-01-01 2025-01-09 2025-01-20 2025-02-17 2025-04-18 2025-05-26 2025-06-19 2025-07-04 2025-09-01 2025-11-27 2025-12-25',
  '2026-01-01 2026-01-19 2026-02-16 2026-04-03 2026-05-25 2026-06-19 2026-07-03 2026-09-07 2026-11-26 2026-12-25',
  '2027-01-01 2027-01-18 2027-02-15 2027-03-26 2027-05-31 2027-06-18 2027-07-05 2027-09-06 2027-11-25 2027-12-24',
  '2028-01-17 2028-02-21 2028-04-14 2028-05-29 2028-06-19 2028-07-04 2028-09-04 2028-11-23 2028-12-25',
].flatMap((year) => year.split(' '));
const EARLY =
  '2024-07-03 2024-11-29 2024-12-24 2025-07-03 2025-11-28 2025-12-24 2026-11-27 2026-12-24 2027-11-26 2028-07-03 2028-11-24'.split(
    ' ',
  );
const REGULAR: Hours = ['09:30', '16:00'];
const UNTIL_ONE: Hours = ['09:30', '13:00'];

export const CALENDAR_XNYS: Calendar = {
  id: 'XNYS',
  zone: 'America/New_York',
  weekly: { '1': REGULAR, '2': REGULAR, '3': REGULAR, '4': REGULAR, '5': REGULAR },
  exceptions: {
    ...Object.fromEntries(CLOSED.map((day) => [day, null])),
    ...Object.fromEntries(EARLY.map((day) => [day, UNTIL_ONE])),
  },
};

export const SHIPPED_CALENDARS: readonly Calendar[] = [CALENDAR_24X7, CALENDAR_XNYS];
