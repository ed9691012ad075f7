import { Decimal, sumOf } from '../kernel/decimal';

/** A promise is kept this long until the order is submitted; a working order never expires. */
export const RESERVATION_MS = 60_000;
const MARKET_MARGIN = new Decimal('1.01');
const FEE_MARGIN = new Decimal('0.001');

/** Price an order is reserved at: its limit, or the reference with 1 % on top for a market order. */
export const reservedPrice = (order: { limitPrice: Decimal | null; reference: Decimal }): Decimal =>
  order.limitPrice ?? order.reference.mul(MARKET_MARGIN);

/** Quantity x price plus 10 bp, in base currency; magnitudes, so that a short reserves as much as a long. */
export function reservedAmount(order: {
  quantity: Decimal;
  price: Decimal;
  multiplier: Decimal;
  fx: Decimal;
}): Decimal {
  const notional = order.quantity.mul(order.price).mul(order.multiplier).mul(order.fx).abs();
  return notional.mul(FEE_MARGIN.plus(1)).toDecimalPlaces(8, Decimal.ROUND_UP);
}

export type Reservation = {
  id: string;
  amount: Decimal;
  state: 'held' | 'working' | 'released';
  expiresAt: Date | null;
};

/** What is promised at an instant: held ones that have not expired, and every working order. */
export const reservedAt = (reservations: readonly Reservation[], now: Date): Decimal =>
  sumOf(
    reservations
      .filter((r) => r.state === 'working' || (r.state === 'held' && (r.expiresAt === null || r.expiresAt > now)))
      .map((r) => r.amount),
  );
