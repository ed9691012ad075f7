import type { Decimal } from '../../kernel/decimal';

/** Closer to a limit than this a float decides nothing. */
export const NEAR = 1e-9;

/** Floats decide far from the limit; near it decimals do. */
export function decide(value: number, limit: Decimal, exact: () => Decimal): boolean {
  const distance = value - limit.toNumber();
  return Math.abs(distance) > NEAR ? distance > 0 : decided(exact()).gt(limit);
}

/** Thirty digits: beyond them stands only what a compounded series was rounded to. */
export const decided = (ratio: Decimal): Decimal => ratio.toSignificantDigits(30);
