import { z } from 'zod';
import { Decimal, MOST_MONEY, ONE, parseDecimal, ZERO } from '../kernel/decimal';
import { readRows } from '../kernel/each-row';
import { plausibleInstant } from '../kernel/instant';
import { machineName as name, positiveDecimal } from './order';

const LARGEST_FEE = new Decimal('1e19');
/** In base currency; a rebate is negative. */
const fee = z.union([z.string().max(60), z.number()]).transform((raw, context) => {
  const value = parseDecimal(raw);
  if (value?.abs().lt(LARGEST_FEE)) return value;
  context.addIssue({ code: 'custom', message: 'must be a decimal number' });
  return z.NEVER;
});

/** What became of an order, as its engine tells it. A fill carries its execution; others end or begin the order. */
export const OrderUpdate = z
  .object({
    strategy: name,
    clientOrderId: name,
    status: z.enum(['submitted', 'partially-filled', 'filled', 'cancelled', 'rejected', 'expired']),
    at: plausibleInstant,
    executionId: name.nullable().default(null),
    quantity: positiveDecimal.nullable().default(null),
    price: positiveDecimal.nullable().default(null),
    fee: fee.default(ZERO),
    /** For an order that was never checked here. */
    instrument: name.nullable().default(null),
    side: z.enum(['buy', 'sell']).nullable().default(null),
  })
  .refine((u) => !u.status.endsWith('filled') || (u.executionId !== null && u.quantity !== null && u.price !== null), {
    path: ['executionId'],
    message: 'a fill has an executionId, a quantity and a price',
  })
  .refine((u) => !u.quantity || !u.price || u.quantity.mul(u.price).lte(MOST_MONEY), {
    path: ['quantity'],
    message: 'quantity x price is more than any account holds',
  });
export type OrderUpdate = z.infer<typeof OrderUpdate>;

export const UPDATES_AT_MOST = 500;
export const OrderUpdates = z.object({
  portfolioId: z.uuid().optional(),
  updates: z.array(OrderUpdate).min(1).max(UPDATES_AT_MOST),
});
export type OrderUpdates = z.infer<typeof OrderUpdates>;
/** The same with its rows as they came: each is read by itself (`readUpdates`). */
export const RawUpdates = z.object({
  portfolioId: z.uuid().optional(),
  updates: z.array(z.unknown()).min(1).max(UPDATES_AT_MOST),
});

/** The rows that are updates, where each stood, and in words what is wrong with the others. */
export function readUpdates(rows: readonly unknown[]) {
  const { read, ...rest } = readRows(rows, OrderUpdate, 'is no update');
  return { updates: read, ...rest };
}

/** This many executions of a strategy within the window halt it until a risk officer enables it again. */
export const EXECUTIONS_AT_MOST = 100;
export const EXECUTIONS_WINDOW_MS = 600_000;

/** A position by its fills: signed size, average entry price, since when, and what the trade has realised so far. */
export type Entry = { quantity: Decimal; averagePrice: Decimal; openedAt: Date; realised: Decimal };
export type Fill = {
  side: 'buy' | 'sell';
  quantity: Decimal;
  price: Decimal;
  fee: Decimal;
  at: Date;
  /** Multiplier x FX. */
  unit: Decimal;
};
export type ClosedTrade = { openedAt: Date; closedAt: Date; profit: Decimal };

/**
 * The position after a fill, and the trade it closed. What adds moves the average entry price, what reduces realises profit
 * against it; a fill across zero closes the trade and opens another with the rest. A trade runs from flat to flat.
 */
export function entryAfter(held: Entry | null, fill: Fill): { entry: Entry | null; closed: ClosedTrade | null } {
  const signed = fill.side === 'buy' ? fill.quantity : fill.quantity.neg();
  if (!held || held.quantity.isZero()) {
    const entry = { quantity: signed, averagePrice: fill.price, openedAt: fill.at, realised: fill.fee.neg() };
    return { entry, closed: null };
  }
  const isAdding = held.quantity.isPositive() === signed.isPositive();
  if (isAdding) {
    const quantity = held.quantity.plus(signed);
    const cost = held.averagePrice.mul(held.quantity.abs()).plus(fill.price.mul(fill.quantity));
    const entry = {
      ...held,
      quantity,
      averagePrice: cost.div(quantity.abs()),
      realised: held.realised.minus(fill.fee),
    };
    return { entry, closed: null };
  }
  const closing = Decimal.min(fill.quantity, held.quantity.abs());
  const direction = held.quantity.isPositive() ? ONE : ONE.neg();
  const gain = fill.price.minus(held.averagePrice).mul(direction).mul(closing).mul(fill.unit);
  const realised = held.realised.plus(gain).minus(fill.fee);
  const rest = fill.quantity.minus(closing);
  const left = held.quantity.plus(signed);
  if (rest.isZero() && !left.isZero()) return { entry: { ...held, quantity: left, realised }, closed: null };
  const closed = { openedAt: held.openedAt, closedAt: fill.at, profit: realised };
  const next = { quantity: left, averagePrice: fill.price, openedAt: fill.at, realised: ZERO };
  return { entry: rest.isZero() ? null : next, closed };
}

type PromisedTo = { quantity: Decimal; amount: Decimal };

/** What an order is promised once it stands for another quantity: the money in proportion, rounded up. */
export function promiseFor(quantity: Decimal, held: PromisedTo): PromisedTo {
  if (held.quantity.isZero() || quantity.eq(held.quantity)) return { ...held, quantity };
  const amount = held.amount.mul(quantity).div(held.quantity).toDecimalPlaces(8, Decimal.ROUND_UP);
  return { quantity, amount };
}
