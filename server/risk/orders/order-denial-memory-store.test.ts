import { expect, test } from 'vitest';
import { NewOrder, NO_HEADROOM } from '../../capital/order';
import { job } from '../../kernel/actor';
import { DENIALS_KEPT, denialWritten, rememberDenial, takeDenials } from './order-denial-memory-store';

const order = (clientOrderId: string) =>
  NewOrder.parse({
    ...{ strategy: 'trend', clientOrderId, instrument: 'KO', side: 'buy', quantity: '1', type: 'limit' },
    ...{ limitPrice: '50', reference: null },
  });
const deny = (portfolioId: string, clientOrderId: string) =>
  rememberDenial(portfolioId, {
    order: order(clientOrderId),
    actor: job('test'),
    answer: {
      ...{ decision: 'deny', clientOrderId, flags: ['degraded'], reasons: [], headroom: NO_HEADROOM },
      ...{ reservation: null, tradingState: 'unknown', at: '2026-01-05T10:00:00.000Z' },
    },
  });
const taken = (portfolioId: string, most: number) =>
  takeDenials(portfolioId, most).map(({ answer }) => answer.clientOrderId);

test('of denials that nobody could write the newest are kept, given out once, the oldest first', () => {
  for (let n = 1; n <= DENIALS_KEPT + 5; n += 1) deny('p', `o-${n}`);
  deny('q', 'other');
  denialWritten('p', order('o-7'));
  expect(taken('p', 2)).toEqual(['o-6', 'o-8']);
  expect(taken('p', 10_000)).toHaveLength(DENIALS_KEPT - 3);
  expect([taken('p', 1), taken('q', 5), taken('never', 5)]).toEqual([[], ['other'], []]);
});
