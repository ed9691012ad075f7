import { beforeAll, expect, test } from 'vitest';
import { POST as check } from '@/app/api/v1/orders/check/route';
import { POST as update } from '@/app/api/v1/orders/updates/route';
import { closeDatabase, db, sql } from '@/db/client';
import { engines } from '@/db/schema';
import { newId } from '../../kernel/ids';
import { readNow } from '../../kernel/transaction';
import { keyFixture } from '../../testing/people';
import { orderWorld } from '../testing/order-world';
import { BUDGET } from './time-budget';

beforeAll(() => {
  BUDGET.ms = 15_000;
});

async function worldOfTwoEngines() {
  const world = await orderWorld({ refs: ['trend', 'other'] });
  const { portfolioId, engineId, strategies } = world.risk;
  const second = newId();
  await db.insert(engines).values({
    ...{ id: second, portfolioId, name: 'second', adapter: 'standard-webhook', url: 'http://127.0.0.1:1' },
    ...{ roles: ['trading_engine'], secretBox: 'none', createdBy: 'job:test', createdByName: 'test' },
    ...{ createdAt: await readNow(), approvedAt: await readNow() },
  });
  await sql`update strategies set engine_id = ${second} where id = ${strategies[1]!.id}`;
  await sql`update engines set last_heartbeat_at = app.now(), last_report = (select last_report from engines where id = ${engineId}) where id = ${second}`;
  const { key } = await keyFixture(['orders:check'], portfolioId, engineId);
  const post = async (route: typeof check, path: string, body: object, by = key) => {
    const headers = { authorization: `Bearer ${by}`, 'content-type': 'application/json' };
    const request = new Request(`http://localhost:3000${path}`, {
      method: 'POST',
      headers,
      body: JSON.stringify(body),
    });
    const answer = await route(request);
    return { status: answer.status, ...(await answer.json()) };
  };
  const ask = async (strategy: string, clientOrderId: string, over: object = {}, by = key) =>
    post(
      check,
      '/api/v1/orders/check',
      {
        ...{
          strategy,
          clientOrderId,
          instrument: 'SPX-ETF',
          multiplier: 1,
          side: 'buy',
          quantity: 1,
          type: 'limit',
          limitPrice: 100,
        },
        reference: { price: 100, asOf: new Date().toISOString() },
        ...over,
      },
      by,
    );
  const tell = async (strategy: string, clientOrderId: string) => {
    const at = (await readNow()).toISOString();
    const updates = [{ strategy, clientOrderId, status: 'submitted', at }];
    return post(update, '/api/v1/orders/updates', { updates });
  };
  return { world, ask, tell, key };
}

test('a key of one engine asks, cancels and tells for the strategies of that engine only', async () => {
  const { world, ask, tell } = await worldOfTwoEngines();
  const refused = { status: 403, title: 'FORBIDDEN' };
  expect(await ask('trend', 'a')).toMatchObject({ status: 200, decision: 'allow' });
  expect(await ask('other', 'b')).toMatchObject(refused);
  expect(await ask('other', 'b', { intent: 'cancel' })).toMatchObject(refused);
  expect(await ask('trend', 'a', { intent: 'cancel' })).toMatchObject({ decision: 'allow', flags: ['cancel'] });
  // Nor does it hear what another was answered, or read whose an order is.
  expect(await ask('other', 'c', {}, world.key)).toMatchObject({ status: 200, decision: 'allow' });
  expect(await ask('other', 'c')).toMatchObject(refused);
  expect(await tell('trend', 'a')).toMatchObject({ status: 200, accepted: 1 });
  expect(await tell('other', 'c')).toMatchObject({ accepted: 0, refused: [{ index: 0, code: 'FORBIDDEN' }] });
  expect([...(await sql`select state from reservations where client_order_id in ('b', 'c')`)]).toEqual([
    { state: 'held' },
  ]);
  // A strategy that no engine trades is nobody's.
  await sql`update strategies set engine_id = null where id = ${world.risk.strategies[1]!.id}`;
  expect(await ask('other', 'd')).toMatchObject(refused);
});

test('without the database too: nothing of another engine passes, neither an exit nor a cancel', async () => {
  const { world, ask } = await worldOfTwoEngines();
  await world.refresh({
    positions: ['trend', 'other'].map((strategy) => ({ strategy, instrument: 'SPX-ETF', quantity: 10, price: 100 })),
  });
  expect((await ask('trend', 'up')).decision).toBe('allow');
  expect((await ask('other', 'up', {}, world.key)).decision).toBe('allow');
  await closeDatabase();
  const exit = { side: 'sell' };
  expect(await ask('trend', 'out', exit)).toMatchObject({ decision: 'allow', flags: ['reduce-only', 'degraded'] });
  expect(await ask('other', 'out', exit)).toMatchObject({ status: 403 });
  expect(await ask('other', 'out', exit, world.key)).toMatchObject({ decision: 'allow' });
  expect(await ask('other', 'out', exit)).toMatchObject({ status: 403 });
  expect(await ask('other', 'out', { intent: 'cancel' })).toMatchObject({ status: 403 });
  expect(await ask('trend', 'out', { intent: 'cancel' })).toMatchObject({ decision: 'allow' });
});
