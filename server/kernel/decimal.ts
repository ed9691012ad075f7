import { Decimal as Base } from 'decimal.js';

/**
 * The one decimal type of money, prices and fractions: precision 50, half-up, never exponential below 1e40.
 * A private constructor, so that no library can change our precision and we change nobody's.
 */
export const Decimal = Base.clone({ precision: 50, rounding: Base.ROUND_HALF_UP, toExpNeg: -40, toExpPos: 40 });
export type Decimal = Base;

export const ZERO = new Decimal(0);
export const ONE = new Decimal(1);

/** Beyond what a float holds: written out, a number such as 1e900000000 would take the process's memory. */
const LARGEST_EXPONENT = 400;

/** A decimal from text, or null where the text is no finite number of a sane size: "no data" is a case, never NaN. */
export function parseDecimal(text: string | number | null | undefined): Decimal | null {
  if (text === null || text === undefined || text === '') return null;
  try {
    const value = new Decimal(text);
    return value.isFinite() && Math.abs(value.e) <= LARGEST_EXPONENT ? value : null;
  } catch {
    return null;
  }
}

export const maxOf = (...values: Decimal[]): Decimal => Decimal.max(...values);
export const minOf = (...values: Decimal[]): Decimal => Decimal.min(...values);
export const sumOf = (values: Iterable<Decimal>): Decimal => {
  let total: Decimal = ZERO;
  for (const value of values) total = total.plus(value);
  return total;
};

/** The most a numeric(28,8) column holds: what is larger is kept as this, and never fails the rows beside it. */
export const MOST_MONEY = new Decimal('99999999999999999999.99999999');
/** The most a numeric(38,18) column holds. */
export const MOST_QUANTITY = new Decimal('99999999999999999999.999999999999999999');
/** A value within what its column holds, either side of 0. */
export const clamped = (value: Decimal, most: Decimal): Decimal => Decimal.max(most.neg(), Decimal.min(most, value));

/** Text for a numeric(28,8) column: money in account currency, half-up at the eighth place. */
export const moneyText = (value: Decimal): string => value.toFixed(8);
/** Text for a numeric(38,18) column: price, quantity, FX. */
export const quantityText = (value: Decimal): string => value.toFixed(18);
/** Text for a numeric(18,12) column: a fraction (0.10 is 10 %). */
export const fractionText = (value: Decimal): string => value.toFixed(12);
