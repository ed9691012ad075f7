import type { Decimal } from '../../kernel/decimal';

const WORD = 1e7;
const WORD_DIGITS = 7;
const POWERS = Float64Array.from({ length: 41 }, (_, i) => WORD ** (i - 20));

/**
 * A decimal as a float, right to about 1e-15 of itself, without a text in between. For screens that leave what is near a
 * threshold to decimals; never for a figure that is kept.
 */
export function floatOf({ d, e, s }: Decimal): number {
  if (d === null || d.length === 0) return Number.NaN;
  let value = 0;
  const words = Math.min(d.length, 3);
  for (let i = 0; i < words; i += 1) value = value * WORD + (d[i] as number);
  const power = Math.floor(e / WORD_DIGITS) - words + 1;
  return s * value * (POWERS[power + 20] ?? WORD ** power);
}
