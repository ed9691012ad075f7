import { z } from 'zod';
import { Decimal, parseDecimal } from '../kernel/decimal';
import { plausibleInstant } from '../kernel/instant';
import { isStorable, NOT_STORABLE } from '../kernel/storable-text';

const LARGEST = new Decimal('1e19');

/** A decimal over 0, as text or number, kept at the precision it is stored with. */
export const positiveDecimal = z.union([z.string().max(60), z.number()]).transform((raw, context) => {
  const value = parseDecimal(raw)?.toDecimalPlaces(18, Decimal.ROUND_HALF_EVEN) ?? null;
  if (value?.gt(0) && value.lt(LARGEST)) return value;
  context.addIssue({ code: 'custom', message: 'must be a decimal number over 0' });
  return z.NEVER;
});

/** A name that an engine gives. One that cannot be stored would fail the batch of others that it is answered with. */
export const machineName = z.string().trim().min(1).max(100).refine(isStorable, NOT_STORABLE);
const name = machineName;
const common = {
  portfolioId: z.uuid().optional(),
  /** The id by which the engine names the strategy. */
  strategy: name,
  clientOrderId: name,
};

/** By whose word an exit passes a halt: an approved action, an emergency, or a person's leave. */
export const ExitAuthority = z.object({ kind: z.enum(['action', 'emergency', 'person']), id: z.uuid() });
export type ExitAuthority = z.infer<typeof ExitAuthority>;

/** An order as an engine asks for it. Prices are per unit in the instrument's currency; quantity is a magnitude. */
export const NewOrder = z
  .object({
    ...common,
    intent: z.literal('new').default('new'),
    instrument: name,
    side: z.enum(['buy', 'sell']),
    quantity: positiveDecimal,
    type: z.enum(['market', 'limit']),
    limitPrice: positiveDecimal.nullable().default(null),
    /** The market as the engine saw it last: what a price is held against. */
    reference: z.object({ price: positiveDecimal, asOf: plausibleInstant }).nullable().default(null),
    multiplier: positiveDecimal.nullable().default(null),
    fx: positiveDecimal.nullable().default(null),
    /** Digest of the release that sends it; without one the engine's own report counts. */
    release: z.string().trim().min(1).max(200).refine(isStorable, NOT_STORABLE).nullable().default(null),
    reduceOnly: z.boolean().default(false),
    exit: ExitAuthority.nullable().default(null),
    /** A reservation made while sizing, which this order uses up. */
    reservationId: z.uuid().nullable().default(null),
  })
  .refine((order) => (order.type === 'limit') === (order.limitPrice !== null), {
    path: ['limitPrice'],
    message: 'a limit order has a limitPrice, a market order has none',
  });
export type NewOrder = z.infer<typeof NewOrder>;

/** What a clientOrderId stands for, as one text: the same order asked for again has the same, any other has another. */
export const contentOf = (order: NewOrder): string =>
  JSON.stringify([
    order.instrument,
    order.side,
    order.quantity.toFixed(),
    order.type,
    order.limitPrice?.toFixed() ?? null,
    order.exit && [order.exit.kind, order.exit.id.toLowerCase()],
    order.multiplier?.toFixed() ?? null,
    order.fx?.toFixed() ?? null,
    order.release,
    order.reduceOnly,
  ]);

/** Leave to cancel, which is never refused. */
export const CancelOrder = z.object({ ...common, intent: z.literal('cancel') });
export type CancelOrder = z.infer<typeof CancelOrder>;

export const OrderCheck = z.union([CancelOrder, NewOrder]);
export type OrderCheck = z.infer<typeof OrderCheck>;

export type OrderReason = { code: string; message: string };

/** What is left after an answer: money in base currency, `volume` in units; null is unknown or without a limit. */
export type Headroom = {
  position: string | null;
  cash: string | null;
  strategyGross: string | null;
  orderValue: string | null;
  volume: string | null;
  messages: number | null;
};

export const NO_HEADROOM: Headroom = {
  position: null,
  cash: null,
  strategyGross: null,
  orderValue: null,
  volume: null,
  messages: null,
};

/** The answer as it goes over the wire and is kept: a repeat of the clientOrderId is answered by it (`repeatedAnswer`). */
export type OrderAnswer = {
  decision: 'allow' | 'deny';
  clientOrderId: string;
  /** `cancel`, `reduce-only`, `exit-under-halt`, `stale-position`, `degraded`, `repeated`. */
  flags: string[];
  reasons: OrderReason[];
  headroom: Headroom;
  reservation: { id: string; amount: string; expiresAt: string } | null;
  tradingState: 'ACTIVE' | 'REDUCING' | 'HALTED' | 'unknown';
  at: string;
};
