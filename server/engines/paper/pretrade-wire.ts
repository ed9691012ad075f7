import { z } from 'zod';
import { parseDecimal } from '../../kernel/decimal';
import type { Heard } from './pretrade';
import type { PaperOrder } from './state';

/** An order as the check is asked for it (`POST /api/v1/orders/check`); the same on every repeat but for the reference. */
export function questionOf(order: PaperOrder, market: { price: string; asOf: Date; release: string | null }) {
  return {
    strategy: order.strategy,
    clientOrderId: order.id,
    instrument: order.instrument,
    side: order.side,
    quantity: order.quantity,
    type: 'limit' as const,
    limitPrice: order.price,
    reference: { price: market.price, asOf: market.asOf.toISOString() },
    multiplier: '1',
    fx: '1',
    ...(market.release ? { release: market.release } : {}),
    reduceOnly: order.isReduceOnly,
  };
}
export type Question = ReturnType<typeof questionOf>;

const money = z
  .string()
  .refine((text) => parseDecimal(text) !== null)
  .nullable();
const Answer = z.object({
  decision: z.enum(['allow', 'deny']),
  clientOrderId: z.string(),
  flags: z.array(z.string()),
  reasons: z.array(z.object({ code: z.string(), message: z.string() })),
  headroom: z.object({ position: money, cash: money, strategyGross: money, orderValue: money, volume: money }),
});
const Problem = z.object({ title: z.string().optional(), detail: z.string().optional() });

/**
 * What an HTTP answer means for the order it was asked for. Only an answer that is understood whole and names this order is
 * one; a status of 500 and over, 429 and whatever cannot be read is no answer at all.
 */
export function heardFrom(
  clientOrderId: string,
  response: { status: number; body: unknown; retryAfter: string | null },
): Heard {
  const { status, body, retryAfter } = response;
  if (status === 200) {
    const parsed = Answer.safeParse(body);
    if (!parsed.success || parsed.data.clientOrderId !== clientOrderId)
      return { kind: 'silent', why: 'the answer is not understood' };
    const { decision, flags, reasons, headroom } = parsed.data;
    const { orderValue, ...room } = headroom;
    return { kind: 'answered', decision, flags, reasons, room, orderValue };
  }
  const problem = Problem.safeParse(body);
  const words = problem.success ? (problem.data.detail ?? problem.data.title ?? '') : '';
  const why = `${status} ${words}`.trim().slice(0, 300);
  const seconds = Number(retryAfter);
  const waitMs = retryAfter && seconds > 0 ? Math.min(60, seconds) * 1000 : undefined;
  if (status >= 500 || status === 429 || status < 400) return { kind: 'silent', why, waitMs };
  return { kind: 'refused', why };
}
