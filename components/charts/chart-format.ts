import { formatCompact, formatNumber, formatPercent } from '@/components/ui/format';

/** How the values of a pane are written: money is compact on axes, fractions are per cent. */
export type ValueFormat = 'money' | 'percent' | 'number' | { unit: string; digits?: number };

export function valueText(value: number | null, format: ValueFormat, isAxis = false): string {
  if (format === 'money') return isAxis ? formatCompact(value) : formatNumber(value);
  if (format === 'percent') return formatPercent(value, { digits: 2 });
  if (format === 'number') return formatNumber(value);
  return `${formatNumber(value, { digits: format.digits ?? 1, minDigits: 0 })}\u00a0${format.unit}`;
}

const tickFormats = new Map<string, Intl.DateTimeFormat>();

function fieldsIn(zone: string, atMs: number): Record<string, string> {
  let format = tickFormats.get(zone);
  if (!format) {
    format = new Intl.DateTimeFormat('en-US', {
      timeZone: zone,
      year: 'numeric',
      month: 'short',
      day: 'numeric',
      hour: '2-digit',
      minute: '2-digit',
      second: '2-digit',
      hourCycle: 'h23',
    });
    tickFormats.set(zone, format);
  }
  return Object.fromEntries(format.formatToParts(atMs).map((part) => [part.type, part.value]));
}

/** The library's own kinds of tick, in its order. */
const YEAR = 0;
const MONTH = 1;
const SECONDS = 4;

/**
 * An axis label in the portfolio's zone. The library puts ticks at UTC boundaries, so a month or a day is named only where
 * it begins there too; elsewhere the label is the local date, or within a day the local time.
 */
export function tickText(timeSeconds: number, kind: number, zone: string, isIntraday: boolean): string {
  const at = fieldsIn(zone, timeSeconds * 1000);
  const startsMonth = Number(at.day) <= 3;
  if (kind === YEAR && startsMonth && at.month === 'Jan') return at.year ?? '';
  if (kind <= MONTH && startsMonth && !isIntraday) return at.month ?? '';
  const isMidnight = at.hour === '00' && at.minute === '00';
  if (isIntraday && !isMidnight) return `${at.hour}:${at.minute}${kind === SECONDS ? `:${at.second}` : ''}`;
  return `${at.day} ${at.month}`;
}
