import { z } from 'zod';
import type { RegisteredTerms } from '../../capital/instrument-correction';
import type { HeldPosition } from '../../capital/order-facts';
import { Decimal, sumOf } from '../../kernel/decimal';

/** What corrected terms mean for what is held of an instrument; amounts in base currency, as decimal text. */
export const CorrectionEffect = z.object({
  /** When the oldest of the snapshots was taken that say what is held; null where none came yet. */
  asOf: z.date().nullable(),
  equity: z.string().nullable(),
  /** Null where nothing of it is held. */
  held: z
    .object({
      quantity: z.string(),
      /** As the snapshots value it, which is what limits measure. */
      gross: z.string(),
      grossBefore: z.string(),
      grossAfter: z.string(),
      /** The most that a position states a unit to be worth. */
      unit: z.string(),
    })
    .nullable(),
  /** Multiplier x rate, as registered. */
  unitBefore: z.string(),
  unitAfter: z.string(),
  /** What a further unit counts as in orders and sizes: the most of what positions and the register say. */
  countsBefore: z.string(),
  countsAfter: z.string(),
  /** What the rate binds of the gross held, for accounts that state no margin; null without a rate or a position. */
  marginBefore: z.string().nullable(),
  marginAfter: z.string().nullable(),
});
export type CorrectionEffect = z.infer<typeof CorrectionEffect>;

const unitOf = ({ multiplier, fx }: RegisteredTerms): Decimal => multiplier.mul(fx);
const text = (value: Decimal): string => value.toFixed();

/**
 * Gross, counted unit and bound margin of what is held of an instrument, before and after a correction. `positions` are
 * those of the newest snapshots, of any instrument; without any of this one nothing that is held changes.
 */
export function correctionEffect(
  instrument: string,
  terms: { before: RegisteredTerms; after: RegisteredTerms },
  portfolio: { asOf: Date | null; equity: Decimal | null; positions: readonly HeldPosition[] },
): CorrectionEffect {
  const [before, after] = [unitOf(terms.before), unitOf(terms.after)];
  const held = portfolio.positions.filter((one) => one.instrument === instrument && !one.quantity.isZero());
  const gross = sumOf(held.map((one) => one.gross));
  const inPrice = sumOf(held.map((one) => one.quantity.mul(one.price).abs()));
  const stated = Decimal.max(0, ...held.map((one) => one.unit));
  const bound = (rate: Decimal | null) => (held.length > 0 && rate ? text(gross.mul(rate)) : null);
  return {
    asOf: portfolio.asOf,
    equity: portfolio.equity && text(portfolio.equity),
    held:
      held.length === 0
        ? null
        : {
            quantity: text(sumOf(held.map((one) => one.quantity.abs()))),
            gross: text(gross),
            grossBefore: text(inPrice.mul(before)),
            grossAfter: text(inPrice.mul(after)),
            unit: text(stated),
          },
    unitBefore: text(before),
    unitAfter: text(after),
    countsBefore: text(Decimal.max(before, stated)),
    countsAfter: text(Decimal.max(after, stated)),
    marginBefore: bound(terms.before.initialMargin),
    marginAfter: bound(terms.after.initialMargin),
  };
}
