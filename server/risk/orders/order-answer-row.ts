import { contentOf, type NewOrder, NO_HEADROOM, type OrderAnswer } from '../../capital/order';
import type { OrderDecision } from '../../capital/order-decision';
import type { PriceSeen } from '../../capital/order-facts';
import { RESERVATION_MS } from '../../capital/reservation';
import { clamped, Decimal, MOST_MONEY, moneyText, quantityText, ZERO } from '../../kernel/decimal';
import type { AnswerRow, BatchFacts, GoneRow } from './order-check-store';

/** What a row promises, as the book counts it. */
export const promiseOf = (row: GoneRow | AnswerRow) => ({
  strategyId: row.strategyId,
  instrument: row.instrument,
  amount: new Decimal(row.amount),
  quantity: new Decimal(row.quantity),
  isReducing: row.isReducing,
});

/** What sizing reserved for this order: freed before it is looked at, so that it does not stand in its own way. */
export function reservedFor(
  order: NewOrder,
  strategyId: string,
  reserved: BatchFacts['reserved'],
  used: readonly string[],
) {
  if (!order.reservationId || used.includes(order.reservationId)) return null;
  const held = reserved.find((r) => r.id === order.reservationId);
  return held && held.strategyId === strategyId && held.instrument === order.instrument ? held : null;
}

/**
 * Nothing is decided for a caller that has its answer already; an exit that it let pass is promised its quantity. What the
 * order would have been decided says only what it holds if it is sent against a denial.
 */
export const lateDecision = (
  { decision, flags }: OrderAnswer,
  { asked, isReducing, price }: OrderDecision,
): OrderDecision => ({
  decision,
  flags,
  reasons: [],
  headroom: NO_HEADROOM,
  isReducing: decision === 'allow' || isReducing,
  amount: ZERO,
  asked: decision === 'allow' ? ZERO : asked,
  price,
});

/** When it was denied without facts, by the clock of the database: how long ago is known by that of this process. */
export const deniedAt = (late: OrderAnswer, clockMs: number, now: Date): Date =>
  new Date(now.getTime() - Math.max(0, clockMs - Date.parse(late.at)));

/** What is kept of an answer: its row is the promise where it was allowed. `late` was told already and stands. */
export function answerRow(input: {
  id: string;
  order: NewOrder;
  askedBy: string;
  strategyId: string;
  decided: OrderDecision;
  state: OrderAnswer['tradingState'];
  /** When it was asked: now, or before where it was denied without the database. */
  now: Date;
  /** What the caller was told when its time ran out: that answer is kept. */
  late: OrderAnswer | null;
  /** The reference its price was held against: kept for the collar over 5 minutes. */
  seen: PriceSeen | null;
}): AnswerRow {
  const { id, order, askedBy, strategyId, decided, state, now, late, seen } = input;
  const isAllowed = decided.decision === 'allow';
  const expiresAt = isAllowed ? new Date(now.getTime() + RESERVATION_MS).toISOString() : null;
  const answer: OrderAnswer = late ?? {
    decision: decided.decision,
    clientOrderId: order.clientOrderId,
    flags: decided.flags,
    reasons: decided.reasons,
    headroom: decided.headroom,
    reservation: expiresAt ? { id, amount: decided.amount.toFixed(2, Decimal.ROUND_UP), expiresAt } : null,
    tradingState: state,
    at: now.toISOString(),
  };
  return {
    id,
    strategyId,
    clientOrderId: order.clientOrderId,
    instrument: order.instrument,
    side: order.side,
    quantity: quantityText(order.quantity),
    price: decided.price && quantityText(decided.price),
    amount: moneyText(clamped(isAllowed ? decided.amount : decided.asked, MOST_MONEY)),
    isReducing: decided.isReducing,
    state: isAllowed ? 'held' : 'denied',
    answer,
    content: contentOf(order),
    askedBy,
    askedAt: now.toISOString(),
    expiresAt,
    // What a denied order or an exit states was held against nothing.
    mark: isAllowed && !decided.isReducing && seen ? { price: seen.price.toFixed(), at: seen.at.toISOString() } : null,
  };
}
