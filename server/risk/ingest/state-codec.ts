import { Decimal } from '../../kernel/decimal';

/**
 * State to JSON and back without loss: decimals and instants are tagged, so that what a restart reads is what was
 * written. Strings that begin with a tag character are escaped.
 */
export function encodeState(value: unknown): unknown {
  if (Decimal.isDecimal(value)) return `#${(value as Decimal).toFixed()}`;
  if (value instanceof Date) return `@${value.toISOString()}`;
  if (typeof value === 'string') return /^[#@\\]/.test(value) ? `\\${value}` : value;
  if (Array.isArray(value)) return value.map(encodeState);
  if (value !== null && typeof value === 'object') {
    return Object.fromEntries(Object.entries(value).map(([key, held]) => [key, encodeState(held)]));
  }
  return value;
}

export function decodeState<T>(value: unknown): T {
  return decode(value) as T;
}

function decode(value: unknown): unknown {
  if (typeof value === 'string') {
    if (value.startsWith('#')) return new Decimal(value.slice(1));
    if (value.startsWith('@')) return new Date(value.slice(1));
    return value.startsWith('\\') ? value.slice(1) : value;
  }
  if (Array.isArray(value)) return value.map(decode);
  if (value !== null && typeof value === 'object') {
    return Object.fromEntries(Object.entries(value).map(([key, held]) => [key, decode(held)]));
  }
  return value;
}
