/** What is shown where a number is not known. Never 0, never a dash. */
export const UNKNOWN = '?';
const MINUS = '\u2212';
const NBSP = '\u00a0';

/** A number as it travels: decimal text, or a JS number for statistics. Null and undefined are unknown. */
export type Numeric = string | number | { toString(): string } | null | undefined;

const formats = new Map<string, Intl.NumberFormat>();

function numberFormat(minDigits: number, maxDigits: number, style: 'decimal' | 'percent'): Intl.NumberFormat {
  const key = `${style}:${minDigits}:${maxDigits}`;
  const known = formats.get(key);
  if (known) return known;
  const made = new Intl.NumberFormat('en-US', {
    style,
    minimumFractionDigits: minDigits,
    maximumFractionDigits: maxDigits,
    signDisplay: 'negative',
  });
  formats.set(key, made);
  return made;
}

// Intl reads decimal text exactly, so a numeric(38,18) is never squeezed through a double.
function decimalText(value: Numeric): `${number}` | null {
  if (value === null || value === undefined) return null;
  const text = String(value).trim();
  return /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text) ? (text as `${number}`) : null;
}

function signed(text: string, value: string, sign: boolean): string {
  const shown = text.replace('-', MINUS).replace('%', '');
  return sign && !value.startsWith('-') && /[1-9]/.test(shown) ? `+${shown}` : shown;
}

export type NumberShape = {
  /** Digits after the point: fixed. */
  digits?: number;
  /** Least digits after the point, when fewer are enough. Defaults to `digits`. */
  minDigits?: number;
  /** `+` in front of a gain: for changes only. */
  sign?: boolean;
};

/** `24,812,406.18`; `−0.04`; `?` when unknown. */
export function formatNumber(
  value: Numeric,
  { digits = 2, minDigits = digits, sign = false }: NumberShape = {},
): string {
  const text = decimalText(value);
  return text === null ? UNKNOWN : signed(numberFormat(minDigits, digits, 'decimal').format(text), text, sign);
}

/** `1.3 bp`: the number, a no-break space, the unit. */
export function formatUnit(value: Numeric, unit: string, shape?: NumberShape): string {
  return `${formatNumber(value, shape)}${NBSP}${unit}`;
}

/** Money to the cent; with a currency `24,812,406.18 USD`. */
export function formatMoney(
  value: Numeric,
  { currency, sign, digits = 2 }: NumberShape & { currency?: string } = {},
): string {
  const amount = formatNumber(value, { digits, sign });
  return currency ? `${amount}${NBSP}${currency}` : amount;
}

/** `2.10 M`: for phones and axes only. */
export function formatCompact(value: Numeric, { digits = 2, sign = false }: NumberShape = {}): string {
  const text = decimalText(value);
  if (text === null) return UNKNOWN;
  const amount = Number(text);
  const size = Math.abs(amount);
  const [divisor, suffix] = size >= 1e9 ? [1e9, 'B'] : size >= 1e6 ? [1e6, 'M'] : size >= 1e4 ? [1e3, 'k'] : [1, ''];
  return `${formatNumber(amount / divisor, { digits, sign })}${suffix && NBSP}${suffix}`;
}

/** A fraction as per cent: 0.0531 is `5.31 %`. */
export function formatPercent(fraction: Numeric, { digits = 2, sign = false }: NumberShape = {}): string {
  const text = decimalText(fraction);
  if (text === null) return UNKNOWN;
  return `${signed(numberFormat(digits, digits, 'percent').format(text), text, sign)}${NBSP}%`;
}

/** A limit is the most that is allowed: `≤ 10.00 %`; a floor the least: `≥ 10.00 %`. `text` is the number already formatted. */
export function formatLimit(text: string, direction: 'ceiling' | 'floor'): string {
  return `${direction === 'ceiling' ? '≤' : '≥'}${NBSP}${text}`;
}

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

function parts(first: number, firstUnit: string, second: number, secondUnit: string): string {
  return second === 0 ? `${first}${NBSP}${firstUnit}` : `${first}${NBSP}${firstUnit} ${second}${NBSP}${secondUnit}`;
}

/** `0.4 s`, `8 s`, `6 min 10 s`, `31 h 12 min`, `2 d 1 h`. Negative is taken as none. */
export function formatDuration(durationMs: number): string {
  if (!Number.isFinite(durationMs)) return UNKNOWN;
  const ms = Math.max(0, durationMs);
  if (ms < SECOND) return `${(Math.floor(ms / 100) / 10).toFixed(1)}${NBSP}s`;
  if (ms < MINUTE) return `${Math.floor(ms / SECOND)}${NBSP}s`;
  if (ms < HOUR) return parts(Math.floor(ms / MINUTE), 'min', Math.floor((ms % MINUTE) / SECOND), 's');
  if (ms < 2 * DAY) return parts(Math.floor(ms / HOUR), 'h', Math.floor((ms % HOUR) / MINUTE), 'min');
  return parts(Math.floor(ms / DAY), 'd', Math.floor((ms % DAY) / HOUR), 'h');
}

/** An age in whole seconds and one unit, for table columns: `0 s`, `55 min`, `9 h`, `3 d`. */
export function formatAge(ageMs: number): string {
  if (!Number.isFinite(ageMs)) return UNKNOWN;
  const ms = Math.max(0, ageMs);
  if (ms < MINUTE) return `${Math.floor(ms / SECOND)}${NBSP}s`;
  if (ms < HOUR) return `${Math.floor(ms / MINUTE)}${NBSP}min`;
  if (ms < DAY) return `${Math.floor(ms / HOUR)}${NBSP}h`;
  return `${Math.floor(ms / DAY)}${NBSP}d`;
}

const two = (n: number) => String(n).padStart(2, '0');

/** What is left: `3:43`, `1:02:09`. */
export function formatCountdown(leftMs: number): string {
  const seconds = Math.ceil(Math.max(0, leftMs) / SECOND);
  const h = Math.floor(seconds / 3600);
  const m = Math.floor((seconds % 3600) / 60);
  return h > 0 ? `${h}:${two(m)}:${two(seconds % 60)}` : `${m}:${two(seconds % 60)}`;
}

/** A clock that runs up: `31:12:04`. */
export function formatStopwatch(durationMs: number): string {
  const seconds = Math.floor(Math.max(0, durationMs) / SECOND);
  return `${two(Math.floor(seconds / 3600))}:${two(Math.floor((seconds % 3600) / 60))}:${two(seconds % 60)}`;
}

/** `9f3c2ab1…77e0`; a prefix such as `sha256:` is kept. */
export function shortHash(hash: string): string {
  const [prefix, digest] = hash.includes(':') ? (hash.split(':', 2) as [string, string]) : ['', hash];
  const short = digest.length > 14 ? `${digest.slice(0, 8)}…${digest.slice(-4)}` : digest;
  return prefix ? `${prefix}:${short}` : short;
}

/** `4.2 MB`, in thousands. */
export function formatBytes(bytes: number): string {
  const [divisor, unit] =
    bytes >= 1e9 ? [1e9, 'GB'] : bytes >= 1e6 ? [1e6, 'MB'] : bytes >= 1e3 ? [1e3, 'kB'] : [1, 'B'];
  return formatUnit(bytes / divisor, unit, { digits: divisor === 1 ? 0 : 1 });
}
