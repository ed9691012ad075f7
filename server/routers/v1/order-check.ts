import 'server-only';
import { z } from 'zod';
import { CancelOrder, NewOrder } from '../../capital/order';
import { portfolioMeant } from '../../identity/api-keys';
import { DomainError } from '../../kernel/errors';
import { callerOfOrder } from '../../risk/orders/order-caller-store';
import { checkOrder } from '../../risk/orders/order-check-actions';
import { timeBudget } from '../../risk/orders/time-budget';
import { refusal } from '../../trpc/errors';
import { jsonOf } from '../../trpc/json-body';
import { takeRequest } from '../../trpc/key-rate';
import { answerOf, type MachineAnswer, type MachineRequest } from '../../trpc/machine-request';

const MOST_BYTES = 20_000;
/** 1,500 a second and key: what keeps one strategy slow is its own limit of messages. */
const SHARE = 0.02;

/**
 * May this order be sent? `{strategy, clientOrderId, instrument, side, quantity, type, limitPrice, reference, …}` or
 * `{strategy, clientOrderId, intent: "cancel"}`. Answers 200 with `decision` allow or deny, reasons, headroom and what was
 * reserved; a clientOrderId asked again for the same order gets its first answer, unless what was promised ran out before it was
 * sent (`PROMISE_EXPIRED`); for another order it is denied (`ID_REUSED`).
 */
export async function answerOrder(request: MachineRequest): Promise<MachineAnswer> {
  const budget = timeBudget();
  try {
    const { actor, isVerified } = await callerOfOrder(request, { budget });
    const order = readOrder(await jsonOf(request, MOST_BYTES));
    await takeRequest(actor.keyId, allowanceFor(order), SHARE);
    // A cancel is decided without a look at anything: its key is looked at here.
    if (order.intent === 'cancel' && !isVerified) await callerOfOrder(request, { verify: true, budget });
    const portfolioId = portfolioMeant(actor, order.portfolioId);
    const answer = await checkOrder(actor, portfolioId, order, budget);
    return answerOf(answer);
  } catch (error) {
    return refusal(error, request.pathname);
  }
}

/** Cancels and orders that are to reduce have allowances of their own: new risk, however much is asked for, never uses them up. */
function allowanceFor(order: NewOrder | CancelOrder): string {
  if (order.intent === 'cancel') return 'order-cancels';
  return order.reduceOnly || order.exit ? 'order-exits' : 'orders';
}

function readOrder(body: unknown): NewOrder | CancelOrder {
  const isCancel = (body as { intent?: unknown } | null)?.intent === 'cancel';
  const parsed = isCancel ? CancelOrder.safeParse(body) : NewOrder.safeParse(body);
  if (parsed.success) return parsed.data;
  const fieldErrors: Record<string, string[]> = z.flattenError(parsed.error as z.ZodError<NewOrder>).fieldErrors;
  const words = Object.entries(fieldErrors).map(([field, messages]) => `${field}: ${messages[0]}`);
  throw new DomainError('INVALID', `The order is not understood. ${words.join('; ')}.`, {
    data: { fields: fieldErrors },
  });
}
