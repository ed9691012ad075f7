import type { Decimal } from '../kernel/decimal';

/**
 * A measured value, or the reason why there is none. "No data" is a case of its own: never null, 0 or NaN.
 *
 * `amount` is the same in account currency where it has a meaning (loss, exposure, cash), `base` what a fraction is one of,
 * where that is not the equity of now; `note` says what a reader must know with it ("start of day estimated"). `own` is what
 * the session alone lost, where the value is the worse of two windows.
 */
export type Reading =
  | { kind: 'value'; value: Decimal; amount?: Decimal; base?: Decimal; note?: string; own?: Decimal }
  | { kind: 'unknown'; reason: string };

export const known = (value: Decimal, extra: { amount?: Decimal; base?: Decimal; note?: string } = {}): Reading => ({
  kind: 'value',
  value,
  ...extra,
});

export const unknown = (reason: string): Reading => ({ kind: 'unknown', reason });
