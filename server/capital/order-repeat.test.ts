import { expect, test } from 'vitest';
import { Decimal } from '../kernel/decimal';
import { contentOf, NewOrder, NO_HEADROOM, type OrderAnswer } from './order';
import { repeatedAnswer } from './order-repeat';
import { promiseFor } from './order-update';

const now = new Date('2026-11-19T15:00:00Z');
const order = (over: Record<string, unknown> = {}) =>
  NewOrder.parse({
    ...{
      strategy: 'trend',
      clientOrderId: 'o-1',
      instrument: 'SPX',
      side: 'buy',
      quantity: 1,
      type: 'limit',
      limitPrice: 5,
    },
    ...over,
  });
const answer = (decision: 'allow' | 'deny'): OrderAnswer => ({
  decision,
  clientOrderId: 'o-1',
  flags: [],
  reasons: [],
  headroom: NO_HEADROOM,
  reservation: null,
  tradingState: 'ACTIVE',
  at: '2026-11-19T14:00:00.000Z',
});
const repeat = (over: Record<string, unknown>, first: object) =>
  repeatedAnswer(
    order(over),
    { answer: answer('allow'), content: contentOf(order()), hasRunOut: false, ...first },
    now,
  );

test('the same order in other words gets its first answer, at its first instant', () => {
  const same = {
    quantity: '1.000',
    limitPrice: '5.0',
    reference: { price: 9, asOf: now.toISOString() },
  };
  expect(repeat(same, {})).toEqual({ ...answer('allow'), flags: ['repeated'] });
});
test('a denial stays as it was decided, though nothing of it was ever promised', () => {
  expect(repeat({}, { answer: answer('deny'), hasRunOut: true })).toEqual({ ...answer('deny'), flags: ['repeated'] });
});
test('an id that stands for no order, or for another, is denied; a leave that ran out as well', () => {
  const codes = (over: Record<string, unknown>, first: object) =>
    repeat(over, first).reasons.map((reason) => reason.code);
  expect(codes({}, { content: null })).toEqual(['ID_REUSED']);
  expect(codes({ quantity: 2 }, { hasRunOut: true })).toEqual(['ID_REUSED']);
  expect(codes({}, { hasRunOut: true })).toEqual(['PROMISE_EXPIRED']);
});
test('whatever decides on an order is bound to its id: what a unit is worth, its release, that it may only reduce', () => {
  const others = [{ multiplier: 50 }, { fx: '1.1' }, { release: 'sha256:other' }, { reduceOnly: true }];
  for (const over of others) expect(repeat(over, {}).reasons.map((reason) => reason.code)).toEqual(['ID_REUSED']);
});
test('a promise for a part holds its share of the money, never less than that', () => {
  const d = (value: string) => new Decimal(value);
  const held = { quantity: d('3'), amount: d('100') };
  expect(promiseFor(d('1'), held).amount.toString()).toBe('33.33333334');
  expect(promiseFor(d('6'), held).amount.toString()).toBe('200');
  expect(promiseFor(d('3'), held)).toEqual(held);
});
