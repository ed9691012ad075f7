import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { closeDatabase, sql } from '@/db/client';
import { job } from '../../kernel/actor';
import { readNow } from '../../kernel/transaction';
import { personFixture } from '../../testing/people';
import { orderWorld } from '../testing/order-world';
import * as store from './order-check-store';
import { deniedOrders } from './order-denied-view-store';
import { BUDGET } from './time-budget';

beforeAll(() => {
  BUDGET.ms = 15_000;
});
afterAll(async () => {
  await sql`select app.shift_clock('0')`;
  await closeDatabase();
});

test('denied orders are listed with why and what was left, the newest first, by reason, and none that was allowed', async () => {
  const world = await orderWorld();
  const { portfolioId } = world.risk;
  const list = (code: string | null = null) => deniedOrders(job('test'), { portfolioId, code });
  expect(await list()).toEqual({ rows: [], codes: [], lookedAt: 0 });
  await world.check({ clientOrderId: 'fits' });
  await world.check({ clientOrderId: 'large', quantity: '101' });
  await world.check({ clientOrderId: 'huge', quantity: '600' });
  const all = await list();
  expect(all.rows.map((row) => row.clientOrderId)).toEqual(['huge', 'large']);
  expect(all.rows[1]).toMatchObject({
    engineName: 'paper',
    strategyName: 'trend',
    instrument: 'SPX-ETF',
    side: 'buy',
    quantity: '101.000000000000000000',
    reasons: [{ code: 'ORDER_VALUE', message: expect.stringContaining('of equity') }],
    headroom: { orderValue: '10000.00', position: '44995.00' },
  });
  expect(all.codes[0]).toEqual({ code: 'ORDER_VALUE', count: 2 });
  expect(all.codes.map(({ code }) => code)).toEqual(['ORDER_VALUE', 'POSITION']);
  const huge = await list('POSITION');
  expect(huge.rows.map((row) => row.clientOrderId)).toEqual(['huge']);
  expect(huge.codes).toEqual(all.codes);
  expect((await list("' or true --")).rows).toEqual([]);
  const other = await orderWorld();
  expect((await deniedOrders(job('test'), { portfolioId: other.risk.portfolioId, code: null })).rows).toEqual([]);
  const { actor } = await personFixture({ role: 'viewer', portfolioId: other.risk.portfolioId });
  await expect(deniedOrders(actor, { portfolioId, code: null })).rejects.toMatchObject({ code: 'FORBIDDEN' });
  await sql`select app.shift_clock('8 days')`;
  expect((await list()).rows).toEqual([]);
});

test('an order that was denied for time is listed as that, though it would have been allowed a moment later', async () => {
  const world = await orderWorld();
  const { portfolioId } = world.risk;
  await world.check();
  await sql.begin(async (held) => {
    await held`select 1 from order_books where portfolio_id = ${portfolioId} for update`;
    BUDGET.ms = 20;
    expect((await world.check({ clientOrderId: 'slow' })).decision).toBe('deny');
    BUDGET.ms = 15_000;
  });
  await expect
    .poll(async () => (await deniedOrders(job('test'), { portfolioId, code: 'TIME_OUT' })).rows)
    .toMatchObject([{ clientOrderId: 'slow' }]);
});

test('orders denied while the database was away are listed once it answers again, once, as of when they were denied', async () => {
  const world = await orderWorld();
  const { portfolioId } = world.risk;
  const list = () => deniedOrders(job('test'), { portfolioId, code: 'UNAVAILABLE' });
  await world.check();
  const away = vi.spyOn(store, 'loadBatchFacts').mockRejectedValue(new Error('no database'));
  const denied = new Date((await readNow()).getTime() - 60_000);
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() - 60_000 });
  for (let n = 0; n < 45; n += 1)
    expect(await world.check({ clientOrderId: `away-${n}` })).toMatchObject({ decision: 'deny', flags: ['degraded'] });
  vi.useRealTimers();
  away.mockRestore();
  expect((await list()).rows).toEqual([]);
  expect(await world.check({ clientOrderId: 'back' })).toMatchObject({ decision: 'allow' });
  await expect.poll(async () => (await list()).rows.length).toBe(45);
  const { rows } = await list();
  expect(new Set(rows.map((row) => row.clientOrderId)).size).toBe(45);
  for (const { at } of rows) expect(Math.abs(at.getTime() - denied.getTime())).toBeLessThan(5_000);
  expect(await world.check({ clientOrderId: 'after' }), 'they were not sent in this second').toMatchObject({
    decision: 'allow',
  });
  expect(await world.check({ clientOrderId: 'away-3' })).toMatchObject({ decision: 'deny' });
  expect((await list()).rows).toHaveLength(45);
});

test('orders that were denied for time while others were at work are listed as well', async () => {
  const world = await orderWorld();
  const { portfolioId } = world.risk;
  await world.check();
  await sql.begin(async (held) => {
    await held`select 1 from order_books where portfolio_id = ${portfolioId} for update`;
    BUDGET.ms = 20;
    await Promise.all(['at-work', 'waits', 'waits-too'].map((clientOrderId) => world.check({ clientOrderId })));
    BUDGET.ms = 15_000;
  });
  await world.check();
  await expect
    .poll(async () => {
      const { rows } = await deniedOrders(job('test'), { portfolioId, code: 'TIME_OUT' });
      return rows.map((row) => row.clientOrderId).sort();
    })
    .toEqual(['at-work', 'waits', 'waits-too']);
});
