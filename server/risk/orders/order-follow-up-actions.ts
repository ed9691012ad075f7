import 'server-only';
import { recordEvent } from '../../audit/record';
import { authorize } from '../../identity/authorize';
import { job } from '../../kernel/actor';
import { inTransaction } from '../../kernel/transaction';
import { forgetMarks, ordersNoLongerWorking } from './order-update-store';

/** An order is asked after once it has worked this long, by a report that is this much younger than its submission. */
const ASK_AFTER_MS = 60_000;
/** Reference prices are looked back on for 5 minutes. */
const MARKS_MS = 3_600_000;

/**
 * Asks after working orders, which never expire by themselves: one that its engine no longer reports as working has ended in
 * a way nobody told. What it was promised is freed once a snapshot from after that report has shown what became of it.
 */
export async function askAfterOrders(): Promise<{ ended: number; marks: number }> {
  const actor = job('order-follow-up');
  authorize(actor, 'sizing.run');
  return inTransaction(async (tx, now) => {
    const ended = await ordersNoLongerWorking(tx, new Date(now.getTime() - ASK_AFTER_MS), now);
    for (const portfolioId of new Set(ended.map((order) => order.portfolioId))) {
      const orders = ended.filter((order) => order.portfolioId === portfolioId);
      recordEvent(tx, {
        type: 'capital.orders-asked-after',
        actor,
        subject: { kind: 'portfolio', id: portfolioId },
        portfolioId,
        data: { noLongerWorking: orders.map((order) => order.clientOrderId).slice(0, 50), count: orders.length },
      });
    }
    return { ended: ended.length, marks: await forgetMarks(tx, new Date(now.getTime() - MARKS_MS)) };
  });
}
