import { type Decimal, ONE } from '../kernel/decimal';
import type { NewOrder, OrderReason } from './order';
import type { OrderFacts, OrderPolicy, PriceSeen } from './order-facts';

const percent = (value: Decimal): string => `${value.mul(100).toFixed(1)} %`;
const seconds = (ms: number): string => `${ms / 1000} s`;

/** A price an order is held against, and whether only its engine says so. */
export type Reference = PriceSeen & { isStated: boolean };

/** An engine's clock may run ahead of the house's by this much. */
const AHEAD_MS = 1_000;

const isFromTheFuture = (order: NewOrder, facts: OrderFacts): boolean =>
  order.reference !== null && order.reference.asOf.getTime() > facts.at.getTime() + AHEAD_MS;

/**
 * The newest price of the house that is young enough, else the one the engine sends; null when neither is. An engine does not
 * choose what its own order is measured by while the house knows.
 */
export function referenceOf(order: NewOrder, facts: OrderFacts, policy: OrderPolicy): Reference | null {
  const newest = (prices: readonly PriceSeen[]): PriceSeen | undefined =>
    prices
      .filter(({ at }) => Math.abs(facts.at.getTime() - at.getTime()) <= policy.referenceMaxAgeMs)
      .sort((a, b) => b.at.getTime() - a.at.getTime())[0];
  const own = newest(facts.seen);
  if (own) return { ...own, isStated: false };
  if (!order.reference || isFromTheFuture(order, facts)) return null;
  const stated = newest([{ price: order.reference.price, at: order.reference.asOf }]);
  return stated ? { ...stated, isStated: true } : null;
}

const distance = (price: Decimal, from: Decimal): Decimal => price.div(from).minus(ONE).abs();

/**
 * Reasons against the price of an order: it lies at most 5 % from a reference that is at most 5 s old, and at most 10 %
 * from every reference of the last 5 minutes. A reference that only the engine states lies at most 10 % from the last price the
 * house knows, however old, and none comes from the future. Without a young reference nothing is assumed.
 */
export function priceReasons(
  order: NewOrder,
  facts: OrderFacts,
  reference: Reference | null,
  policy: OrderPolicy,
): OrderReason[] {
  if (isFromTheFuture(order, facts))
    return [
      {
        code: 'REFERENCE_FUTURE',
        message: `The reference is of ${order.reference?.asOf.toISOString()}, which is to come. Set the clock of the engine.`,
      },
    ];
  if (!reference)
    return [
      {
        code: 'REFERENCE_UNKNOWN',
        message: `No price of ${order.instrument} is at most ${seconds(policy.referenceMaxAgeMs)} old. Send "reference" with the order.`,
      },
    ];
  const price = order.limitPrice ?? reference.price;
  const away = distance(price, reference.price);
  if (away.gt(policy.collar))
    return [
      {
        code: 'PRICE_COLLAR',
        message: `Price ${price} is ${percent(away)} from the reference ${reference.price}, which exceeds ${percent(policy.collar)}`,
      },
    ];
  const since = facts.at.getTime() - policy.wideWindowMs;
  const within = facts.seen.filter(({ at }) => at.getTime() >= since);
  const furthest = within.reduce<PriceSeen | null>(
    (worst, one) => (worst && distance(price, worst.price).gte(distance(price, one.price)) ? worst : one),
    null,
  );
  if (furthest && distance(price, furthest.price).gt(policy.wideCollar)) {
    const message = `Price ${price} is ${percent(distance(price, furthest.price))} from ${furthest.price} within the last 5 min, which exceeds ${percent(policy.wideCollar)}`;
    return [{ code: 'PRICE_MOVED', message }];
  }
  const { last } = facts;
  if (!reference.isStated || !last || distance(reference.price, last.price).lte(policy.wideCollar)) return [];
  const message = `The stated reference ${reference.price} is ${percent(distance(reference.price, last.price))} from ${last.price}, the last price known (${last.at.toISOString()}), which exceeds ${percent(policy.wideCollar)}. Upload a newer close of ${order.instrument}.`;
  return [{ code: 'REFERENCE_BOUND', message }];
}
