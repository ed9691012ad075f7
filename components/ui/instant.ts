/** A point in time as it arrives: a Date from the procedures, ISO text from machine APIs. */
export type Instant = Date | string | number;

export const toMillis = (at: Instant): number => (at instanceof Date ? at.getTime() : new Date(at).getTime());

const formats = new Map<string, Intl.DateTimeFormat>();

function inZone(zone: string): Intl.DateTimeFormat {
  let format = formats.get(zone);
  if (!format) {
    // en-US: en-GB shortens September to four letters.
    format = new Intl.DateTimeFormat('en-US', {
      timeZone: zone,
      year: 'numeric',
      month: 'short',
      day: 'numeric',
      weekday: 'short',
      hour: '2-digit',
      minute: '2-digit',
      second: '2-digit',
      hourCycle: 'h23',
    });
    formats.set(zone, format);
  }
  return format;
}

type Fields = Record<'year' | 'month' | 'day' | 'weekday' | 'hour' | 'minute' | 'second', string>;

function fieldsOf(ms: number, zone: string): Fields {
  return Object.fromEntries(
    inZone(zone)
      .formatToParts(ms)
      .map((part) => [part.type, part.value]),
  ) as Fields;
}

// No single locale knows every abbreviation: en-US says EST, en-GB says CET, and the rest stay an offset.
const ABBREVIATION_LOCALES = ['en-US', 'en-GB', 'en-AU', 'en-IN', 'en-ZA'];
const abbreviations = new Map<string, Intl.DateTimeFormat[]>();

/** `EST` in winter, `EDT` in summer; `GMT+8` where English has no short name. */
export function zoneAbbreviation(at: Instant, zone: string): string {
  let candidates = abbreviations.get(zone);
  if (!candidates) {
    candidates = ABBREVIATION_LOCALES.map(
      (locale) => new Intl.DateTimeFormat(locale, { timeZone: zone, timeZoneName: 'short' }),
    );
    abbreviations.set(zone, candidates);
  }
  const names = candidates.map(
    (format) => format.formatToParts(toMillis(at)).find((part) => part.type === 'timeZoneName')?.value ?? '',
  );
  return names.find((name) => /^[A-Z]{2,5}$/.test(name)) ?? names[0] ?? zone;
}

/** The calendar day in a zone, `2026-11-19`: what "today" is decided by. */
export function dayIn(at: Instant, zone: string): string {
  const ms = toMillis(at);
  const { year, day } = fieldsOf(ms, zone);
  const month = new Intl.DateTimeFormat('en-GB', { timeZone: zone, month: '2-digit' }).format(ms);
  return `${year}-${month}-${day.padStart(2, '0')}`;
}

export type TimeShape = {
  zone: string;
  /** Decides whether the date and the year are needed. */
  now: Instant;
  /** Seconds matter for what happened today; by default they show only then. */
  seconds?: boolean;
  /** Always with the date. */
  withDate?: boolean;
  /** Leave the zone to the column head. */
  bare?: boolean;
};

/** `10:42:17 EST` today, `19 Nov 10:42 EST` on another day, `19 Nov 2025 10:42 EST` in another year. */
export function formatInstant(at: Instant, { zone, now, seconds, withDate, bare }: TimeShape): string {
  const ms = toMillis(at);
  if (!Number.isFinite(ms)) return '?';
  const then = fieldsOf(ms, zone);
  const today = fieldsOf(toMillis(now), zone);
  const sameYear = then.year === today.year;
  const sameDay = sameYear && then.month === today.month && then.day === today.day;
  const showSeconds = seconds ?? (sameDay && !withDate);
  const clock = `${then.hour}:${then.minute}${showSeconds ? `:${then.second}` : ''}`;
  const date = sameDay && !withDate ? '' : `${then.day} ${then.month}${sameYear ? '' : ` ${then.year}`} `;
  return `${date}${clock}${bare ? '' : ` ${zoneAbbreviation(ms, zone)}`}`;
}

/** `19 Nov` or, in another year, `19 Nov 2025`. */
export function formatDay(at: Instant, { zone, now }: { zone: string; now: Instant }): string {
  const then = fieldsOf(toMillis(at), zone);
  const today = fieldsOf(toMillis(now), zone);
  return `${then.day} ${then.month}${then.year === today.year ? '' : ` ${then.year}`}`;
}

/** `19 Nov 2026 15:42:17 UTC`: the same instant for a tooltip. */
export function formatUtc(at: Instant): string {
  const f = fieldsOf(toMillis(at), 'UTC');
  return `${f.day} ${f.month} ${f.year} ${f.hour}:${f.minute}:${f.second} UTC`;
}
