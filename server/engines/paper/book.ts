import { Decimal, parseDecimal } from '../../kernel/decimal';
import type { PaperOrder } from './state';

export type Fill = { order: PaperOrder; quantity: Decimal; price: Decimal };

/** A market order fills at most this much of itself per match: a large exit takes several. */
const SLICE = new Decimal('0.34');

const decimal = (text: string | null): Decimal => parseDecimal(text) ?? new Decimal(0);
export const leftOf = (order: PaperOrder): Decimal => decimal(order.quantity).minus(decimal(order.filled));

/** Whether an order trades at this price: a limit when the market reaches it, a stop when it is passed. */
function isTriggered(order: PaperOrder, price: Decimal): boolean {
  if (order.type === 'market') return true;
  const level = decimal(order.price);
  const isBuy = order.side === 'buy';
  if (order.type === 'limit') return isBuy ? price.lte(level) : price.gte(level);
  return isBuy ? price.gte(level) : price.lte(level);
}

/**
 * The fill of one order at the market's price, or null. Market and stop orders pay slippage (`slippageBp` basis points
 * against them) and fill in slices; a limit order fills whole at the market or better.
 */
export function matchOrder(order: PaperOrder, price: Decimal, slippageBp: number): Fill | null {
  if (!isTriggered(order, price)) return null;
  const left = leftOf(order);
  if (order.type === 'limit') return { order, quantity: left, price };
  const slice = Decimal.max(1, decimal(order.quantity).mul(SLICE).floor());
  const against = price
    .mul(slippageBp)
    .div(10_000)
    .mul(order.side === 'buy' ? 1 : -1);
  return { order, quantity: Decimal.min(left, slice), price: price.plus(against).toDecimalPlaces(4) };
}
