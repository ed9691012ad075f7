import { contentOf, type NewOrder, type OrderAnswer } from './order';

/** The first answer to a clientOrderId, as it is kept; `content` is null where it was no order. */
export type FirstAnswer = {
  answer: OrderAnswer;
  content: string | null;
  /** What was promised ended before the order was sent. */
  hasRunOut: boolean;
};

/**
 * The answer to a clientOrderId asked again: the first one, as it was decided, where the same is asked for.
 *
 * Two repeats are never sent. Other content under a used id is another order, which nobody has looked at (ID_REUSED). An
 * allow whose promise ran out before the order was sent is a leave without money behind it: what was held for it may be
 * promised to others by now, and to hold it again would be a new decision under an old id (PROMISE_EXPIRED).
 */
export function repeatedAnswer(order: NewOrder, first: FirstAnswer, now: Date): OrderAnswer {
  const denied = (code: string, message: string): OrderAnswer => ({
    ...first.answer,
    decision: 'deny',
    clientOrderId: order.clientOrderId,
    flags: [],
    reasons: [{ code, message }],
    reservation: null,
    at: now.toISOString(),
  });
  if (first.content !== contentOf(order))
    return denied(
      'ID_REUSED',
      `${order.clientOrderId} was asked for another order (instrument, side, quantity, type, limitPrice, exit, multiplier, fx, release or reduceOnly differ). Ask with a new clientOrderId.`,
    );
  if (first.answer.decision === 'allow' && first.hasRunOut)
    return denied(
      'PROMISE_EXPIRED',
      `What was promised to ${order.clientOrderId} ended before it was sent. Ask with a new clientOrderId.`,
    );
  return { ...first.answer, flags: [...first.answer.flags, 'repeated'] };
}
