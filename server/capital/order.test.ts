import { expect, test } from 'vitest';
import { InstrumentRow } from './instrument';
import { CancelOrder, NewOrder } from './order';
import { OrderUpdate } from './order-update';

const order = {
  strategy: 'trend',
  clientOrderId: 'o-1',
  instrument: 'SPX',
  side: 'buy',
  quantity: 1,
  type: 'market',
  release: 'sha256:a',
};
const fill = { strategy: 'trend', clientOrderId: 'o-1', status: 'submitted', at: '2026-11-19T15:00:00Z' };

test('an order that the database could not keep is refused alone, before it is answered with others', () => {
  for (const odd of ['a\u0000b', 'a\ud800b', '\udc00']) {
    for (const field of ['strategy', 'clientOrderId', 'instrument', 'release'])
      expect(NewOrder.safeParse({ ...order, [field]: odd }).success, `${field} ${JSON.stringify(odd)}`).toBe(false);
    expect(CancelOrder.safeParse({ intent: 'cancel', strategy: 'trend', clientOrderId: odd }).success).toBe(false);
    expect(OrderUpdate.safeParse({ ...fill, clientOrderId: odd }).success).toBe(false);
    expect(InstrumentRow.safeParse({ instrument: odd }).success).toBe(false);
  }
  expect(NewOrder.safeParse({ ...order, clientOrderId: 'Ω-😀' }).success).toBe(true);
});

test('a fee that is no number of a sane size is refused, not taken for 0', () => {
  for (const fee of ['x', '', 'NaN', '1e900000000', 1e30])
    expect(OrderUpdate.safeParse({ ...fill, fee }).success, String(fee)).toBe(false);
  expect(OrderUpdate.parse({ ...fill, fee: '-0.25' }).fee.toFixed()).toBe('-0.25');
  expect(OrderUpdate.parse(fill).fee.toFixed()).toBe('0');
});
