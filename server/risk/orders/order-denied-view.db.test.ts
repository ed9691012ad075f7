import { afterAll, beforeAll, expect, test } from 'vitest';
import { closeDatabase, sql } from '@/db/client';
import { job } from '../../kernel/actor';
import { personFixture } from '../../testing/people';
import { orderWorld } from '../testing/order-world';
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
