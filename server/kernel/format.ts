import { Decimal } from './decimal';

/** No-break space: a number and its unit stay on one line. */
export const NBSP = '\u00a0';
const MINUS = '\u2212';

function grouped(fixed: string): string {
  const negative = fixed.startsWith('-');
  const [whole = '0', decimals] = (negative ? fixed.slice(1) : fixed).split('.');
  const isZero = /^[0.]*$/.test(negative ? fixed.slice(1) : fixed);
  const text = whole.replace(/\B(?=(\d{3})+(?!\d))/g, ',') + (decimals ? `.${decimals}` : '');
  return negative && !isZero ? MINUS + text : text;
}

/** `1234.5` with 2 places is `1,234.50`; a minus is U+2212, never a hyphen; minus zero is zero. */
export const numberText = (value: Decimal | string | number, places = 2): string =>
  grouped(new Decimal(value).toFixed(places));

/** A fraction as per cent: 0.0531 is `5.31 %`. */
export const percentText = (fraction: Decimal | string | number, places = 2): string =>
  `${numberText(new Decimal(fraction).times(100), places)}${NBSP}%`;

/** A change, with its sign even when positive: `+1.20 %`. */
export const changeText = (fraction: Decimal | string | number, places = 2): string => {
  const value = new Decimal(fraction);
  return `${value.gt(0) ? '+' : ''}${percentText(value, places)}`;
};

/** Money to the cent with its currency: `24,812,406.18 USD`. */
export const amountText = (amount: Decimal | string | number, currency: string): string =>
  `${numberText(amount, 2)}${NBSP}${currency}`;

const instantFormat = (timeZone: string, withDate: boolean, withYear: boolean) =>
  new Intl.DateTimeFormat('en-GB', {
    timeZone,
    hourCycle: 'h23',
    hour: '2-digit',
    minute: '2-digit',
    second: withDate ? undefined : '2-digit',
    ...(withDate ? { day: 'numeric', month: 'short' } : {}),
    ...(withYear ? { year: 'numeric' } : {}),
  });

/** The zone's own abbreviation at that instant, such as EST; en-US knows the American ones, en-GB the European. */
export function zoneAbbreviation(at: Date, timeZone: string): string {
  for (const locale of ['en-US', 'en-GB']) {
    const name = new Intl.DateTimeFormat(locale, { timeZone, timeZoneName: 'short' })
      .formatToParts(at)
      .find((part) => part.type === 'timeZoneName')?.value;
    if (name && !name.startsWith('GMT')) return name;
  }
  return (
    new Intl.DateTimeFormat('en-US', { timeZone, timeZoneName: 'shortOffset' })
      .formatToParts(at)
      .find((part) => part.type === 'timeZoneName')?.value ?? timeZone
  );
}

const dayIn = (at: Date, timeZone: string) => new Intl.DateTimeFormat('en-CA', { timeZone }).format(at);

/**
 * An instant in a zone, with its abbreviation: `10:42:17 EST` today, `19 Nov 10:42 EST` on another day, with the year in
 * another year. `now` decides what today is.
 */
export function instantText(at: Date, timeZone: string, now: Date): string {
  const today = dayIn(at, timeZone) === dayIn(now, timeZone);
  const sameYear = dayIn(at, timeZone).slice(0, 4) === dayIn(now, timeZone).slice(0, 4);
  const text = instantFormat(timeZone, !today, !sameYear).format(at).replace(',', '').replace('Sept', 'Sep');
  return `${text} ${zoneAbbreviation(at, timeZone)}`;
}

/** `6 min 10 s`, `31 h 12 min`, from two days on `2 d 4 h`; under a second `0 s`. Takes milliseconds. */
export function durationText(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  const days = seconds >= 172_800 ? Math.floor(seconds / 86_400) : 0;
  const parts: [number, string][] = [
    [days, 'd'],
    [Math.floor((seconds - days * 86_400) / 3600), 'h'],
    [Math.floor(seconds / 60) % 60, 'min'],
    [seconds % 60, 's'],
  ];
  const first = parts.findIndex(([value]) => value > 0);
  if (first < 0) return `0${NBSP}s`;
  return parts
    .slice(first, first + 2)
    .filter(([value]) => value > 0)
    .map(([value, unit]) => `${value}${NBSP}${unit}`)
    .join(' ');
}
