import { DAY_MS } from './bounds';

const ISO =
  /^(\d{4})-(\d{1,2})-(\d{1,2})(?:[T ](\d{1,2}):(\d{2})(?::(\d{2})(?:\.(\d{1,9}))?)?)?\s*(Z|UTC|[+-]\d{2}:?\d{2})?$/i;
const COMPACT = /^(\d{4})(\d{2})(\d{2})(?:[T ](\d{2}):?(\d{2})(?::?(\d{2}))?)?$/;
const MONTH_NAME = /^([A-Za-z]{3,9})\.? (\d{1,2}),? (\d{4})$/;
const DAY_MONTH_NAME = /^(\d{1,2})[ -]([A-Za-z]{3,9})[ -](\d{4})$/;
const SLASHED = /^(\d{1,2})[/.](\d{1,2})[/.](\d{4})$/;
const YEAR_SLASHED = /^(\d{4})[/.](\d{1,2})[/.](\d{1,2})$/;
const EPOCH = /^\d{9,13}(\.\d+)?$/;
const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];

export type DayOrder = 'day-first' | 'month-first';

/**
 * Epoch milliseconds of a time as result files write it, or null. A time without zone is UTC. A whole day keeps the
 * calendar day as written, whatever offset stands behind it: midnight in Tokyo is not the evening before.
 * Slashed dates need `order`, found over the whole column by `slashedOrder`.
 */
export function fileTime(text: string, order: DayOrder | null = null): number | null {
  const value = text.trim();
  const iso = ISO.exec(value);
  if (iso) return instant(iso[1]!, iso[2]!, iso[3]!, iso[4], iso[5], iso[6], iso[7], iso[8]);
  const compact = COMPACT.exec(value);
  if (compact) return instant(compact[1]!, compact[2]!, compact[3]!, compact[4], compact[5], compact[6]);
  const named = MONTH_NAME.exec(value);
  if (named) return instant(named[3]!, monthNumber(named[1]!), named[2]!);
  const dayNamed = DAY_MONTH_NAME.exec(value);
  if (dayNamed) return instant(dayNamed[3]!, monthNumber(dayNamed[2]!), dayNamed[1]!);
  const yearFirst = YEAR_SLASHED.exec(value);
  if (yearFirst) return instant(yearFirst[1]!, yearFirst[2]!, yearFirst[3]!);
  const slashed = SLASHED.exec(value);
  if (slashed && order) {
    return order === 'day-first'
      ? instant(slashed[3]!, slashed[2]!, slashed[1]!)
      : instant(slashed[3]!, slashed[1]!, slashed[2]!);
  }
  if (EPOCH.test(value)) return Number(value) > 1e11 ? Number(value) : Number(value) * 1000;
  return null;
}

/** Day and month order of a slashed column: decided by a part above 12; null where nothing decides. */
export function slashedOrder(values: Iterable<string>): DayOrder | null {
  for (const text of values) {
    const slashed = SLASHED.exec(text.trim());
    if (!slashed) continue;
    if (Number(slashed[1]) > 12) return 'day-first';
    if (Number(slashed[2]) > 12) return 'month-first';
  }
  return null;
}

export const isSlashed = (text: string): boolean => SLASHED.test(text.trim());

export const dayOf = (at: number): number => Math.floor(at / DAY_MS) * DAY_MS;

/** `2020-03-06` of an instant, in UTC. */
export const dayText = (at: number): string => new Date(at).toISOString().slice(0, 10);

/** ISO 8601 UTC to the second, with milliseconds only where there are some. */
export const instantText = (at: number): string => new Date(at).toISOString().replace('.000Z', 'Z');

const monthNumber = (name: string): string => String(MONTHS.indexOf(name.slice(0, 3).toLowerCase()) + 1);

function instant(
  year: string,
  month: string,
  day: string,
  hour = '0',
  minute = '0',
  second = '0',
  fraction = '0',
  zone = 'Z',
): number | null {
  const [y, m, d, h, min, s] = [year, month, day, hour, minute, second].map(Number) as [
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  if (y < 1800 || y > 2200 || m < 1 || m > 12 || d < 1 || h > 24 || min > 59 || s > 60) return null;
  if (d > new Date(Date.UTC(y, m, 0)).getUTCDate()) return null;
  const local = Date.UTC(y, m - 1, d, h, min, s, Math.floor(Number(`0.${fraction}`) * 1000));
  return h === 0 && min === 0 && s === 0 ? local : local - offsetMs(zone);
}

function offsetMs(zone: string): number {
  const parts = /^([+-])(\d{2}):?(\d{2})$/.exec(zone);
  if (!parts) return 0;
  return (parts[1] === '-' ? -1 : 1) * (Number(parts[2]) * 60 + Number(parts[3])) * 60_000;
}
