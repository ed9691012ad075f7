import 'server-only';
import { recordEvent } from '../../audit/record';
import type { OrderAnswer } from '../../capital/order';
import { bookFrom, storedBook, withoutPromise } from '../../capital/order-book';
import { authorize } from '../../identity/authorize';
import type { Actor } from '../../kernel/actor';
import { Decimal } from '../../kernel/decimal';
import { inTransaction } from '../../kernel/transaction';
import { lockBook } from './order-check-store';
import { lockReservations, saveBook, updateReservation } from './order-update-store';

/** Takes back what a batch promised after its caller had been denied for time: the first answer given stays the answer. */
export async function undoLate(
  actor: Actor,
  input: { portfolioId: string; strategy: string; answer: OrderAnswer },
): Promise<void> {
  const { portfolioId, strategy, answer } = input;
  authorize(actor, 'sizing.run', { portfolioId, keyScope: 'orders:check' });
  await inTransaction(async (tx, now) => {
    const book = bookFrom(await lockBook(tx, portfolioId, now));
    const [row] = await lockReservations(tx, portfolioId, [{ strategy, clientOrderId: answer.clientOrderId }]);
    if (row?.state !== 'held') return;
    await updateReservation(tx, row.id, {
      // As it was told: denied, so that it is listed as that and known as that if it is sent all the same.
      state: 'denied',
      releasedAt: now,
      releasedWhy: 'answered too late',
      answer,
    });
    const promise = { ...row, amount: new Decimal(row.amount), quantity: new Decimal(row.quantity) };
    await saveBook(tx, portfolioId, storedBook(withoutPromise(book, promise)), now);
    recordEvent(tx, {
      type: 'capital.order-timed-out',
      actor,
      subject: { kind: 'order', id: row.id },
      portfolioId,
      data: { clientOrderId: answer.clientOrderId, strategy },
    });
  });
}
