import { type Decimal, ONE } from '../kernel/decimal';
import type { NewOrder, OrderReason } from './order';
import type { OrderFacts, OrderPolicy, PriceSeen } from './order-facts';

const percent = (value: Decimal): string => `${value.mul(100).toFixed(1)} %`;
const seconds = (ms: number): string => `${ms / 1000} s`;

/** The newest reference price that is young enough: the house's own or the one the engine sends; null when none is. */
export function referenceOf(order: NewOrder, facts: OrderFacts, policy: OrderPolicy): PriceSeen | null {
  const stated = order.reference && { price: order.reference.price, at: order.reference.asOf };
  const young = [...facts.seen, ...(stated ? [stated] : [])].filter(
    ({ at }) => Math.abs(facts.at.getTime() - at.getTime()) <= policy.referenceMaxAgeMs,
  );
  return young.sort((a, b) => b.at.getTime() - a.at.getTime())[0] ?? null;
}

const distance = (price: Decimal, from: Decimal): Decimal => price.div(from).minus(ONE).abs();

/**
 * Reasons against the price of an order: it lies at most 5 % from a reference that is at most 5 s old, and at most 10 %
 * from every reference of the last 5 minutes. Without a young reference nothing is assumed.
 */
export function priceReasons(
  order: NewOrder,
  facts: OrderFacts,
  reference: PriceSeen | null,
  policy: OrderPolicy,
): OrderReason[] {
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
  if (!furthest || distance(price, furthest.price).lte(policy.wideCollar)) return [];
  const message = `Price ${price} is ${percent(distance(price, furthest.price))} from ${furthest.price} within the last 5 min, which exceeds ${percent(policy.wideCollar)}`;
  return [{ code: 'PRICE_MOVED', message }];
}
