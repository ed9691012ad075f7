import fc from 'fast-check';
import { expect, it } from 'vitest';
import { Decimal, ZERO } from '../kernel/decimal';
import { type Entry, entryAfter, type Fill, OrderUpdate } from './order-update';

const d = (value: number | string) => new Decimal(value);
const at = new Date('2026-11-19T15:00:00Z');
const fill = (side: 'buy' | 'sell', quantity: number, price: number, fee = 0): Fill => ({
  side,
  quantity: d(quantity),
  price: d(price),
  fee: d(fee),
  at,
  unit: d(1),
});
const run = (fills: Fill[]) => {
  let entry: Entry | null = null;
  let profit = ZERO;
  let closed = 0;
  for (const one of fills) {
    const after = entryAfter(entry, one);
    entry = after.entry;
    if (after.closed) {
      profit = profit.plus(after.closed.profit);
      closed += 1;
    }
  }
  return { entry, profit, closed };
};

it('keeps size, since when and the average entry price', () => {
  const { entry } = run([fill('buy', 100, 10), fill('buy', 50, 13), fill('sell', 30, 20)]);
  expect(entry).toMatchObject({ quantity: d(120), averagePrice: d(11), openedAt: at, realised: d(270) });
});
it('a trade runs from flat to flat, fees within; a short gains when it falls', () => {
  expect(run([fill('buy', 10, 10, 1), fill('sell', 10, 12, 1)])).toMatchObject({
    entry: null,
    closed: 1,
    profit: d(18),
  });
  expect(run([fill('sell', 10, 12), fill('buy', 10, 10)]).profit.toString()).toBe('20');
});
it('a fill across zero closes one trade and opens another with the rest', () => {
  const { entry, closed, profit } = run([fill('buy', 10, 10), fill('sell', 15, 12)]);
  expect([closed, profit.toString(), entry?.quantity.toString(), entry?.averagePrice.toString()]).toEqual([
    1,
    '20',
    '-5',
    '12',
  ]);
});
it('profit of all trades is what was received less what was paid, whatever the fills', () => {
  const one = fc.record({
    isBuy: fc.boolean(),
    quantity: fc.integer({ min: 1, max: 9 }),
    price: fc.integer({ min: 1, max: 9 }),
  });
  fc.assert(
    fc.property(fc.array(one, { maxLength: 30 }), (list) => {
      const fills = list.map((f) => fill(f.isBuy ? 'buy' : 'sell', f.quantity, f.price));
      const net = fills.reduce((sum, f) => sum.plus(f.quantity.mul(f.side === 'buy' ? 1 : -1)), ZERO);
      const flat = net.isZero() ? [] : [fill(net.gt(0) ? 'sell' : 'buy', net.abs().toNumber(), 5)];
      const all = [...fills, ...flat];
      const cash = all.reduce((sum, f) => sum.plus(f.quantity.mul(f.price).mul(f.side === 'buy' ? -1 : 1)), ZERO);
      const { profit, entry } = run(all);
      expect(entry).toBeNull();
      expect(profit.minus(cash).abs().lt('1e-30')).toBe(true);
    }),
  );
});
it('a fill without its execution, quantity and price is refused', () => {
  const base = { strategy: 's', clientOrderId: 'o', at: at.toISOString() };
  expect(OrderUpdate.safeParse({ ...base, status: 'filled' }).success).toBe(false);
  expect(OrderUpdate.safeParse({ ...base, status: 'cancelled' }).success).toBe(true);
});
