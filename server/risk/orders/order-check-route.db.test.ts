import { afterAll, beforeAll, expect, test } from 'vitest';
import { POST } from '@/app/api/v1/orders/check/route';
import { closeDatabase, sql } from '@/db/client';
import { newId } from '../../kernel/ids';
import { keyFixture } from '../../testing/people';
import { takeRequest } from '../../trpc/key-rate';
import { type OrderWorld, orderWorld } from '../testing/order-world';
import { BUDGET } from './time-budget';

afterAll(closeDatabase);

let world: OrderWorld;
const post = (body: unknown, key = world.key) =>
  POST(
    new Request('http://localhost:3000/api/v1/orders/check', {
      method: 'POST',
      headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
      body: JSON.stringify(body),
    }),
  );
beforeAll(async () => {
  // What is decided here is tried, not how fast a busy machine decides it.
  BUDGET.ms = 15_000;
  world = await orderWorld();
});

test('the route answers cancels always, names the field that is wrong, and knows its own strategies only', async () => {
  const cancel = await (await post({ strategy: 'nobody', clientOrderId: 'x', intent: 'cancel' })).json();
  expect(cancel).toMatchObject({ decision: 'allow', flags: ['cancel'] });
  const wrong = await post({
    strategy: 'trend',
    clientOrderId: 'y',
    instrument: 'A',
    side: 'buy',
    quantity: '-1',
    type: 'market',
  });
  expect(wrong.status).toBe(422);
  expect((await wrong.json()).fields).toHaveProperty('quantity');
  const none = { strategy: 'nobody', clientOrderId: 'z', instrument: 'A', side: 'buy', quantity: '1', type: 'market' };
  expect((await post(none)).status).toBe(404);
  const { key: everywhere } = await keyFixture(['orders:check']);
  expect((await post({ ...none, strategy: 'trend', portfolioId: newId() }, everywhere)).status).toBe(404);
  const other = await orderWorld();
  expect((await post({ ...none, strategy: 'trend', portfolioId: world.risk.portfolioId }, other.key)).status).toBe(403);
});

test('new orders, however many, use up nothing of what exits and cancels may ask for', async () => {
  const world = await orderWorld();
  const useUp = (name: string) => takeRequest(world.actor.keyId, name, 301).catch(() => undefined);
  await useUp('orders');
  const ask = (clientOrderId: string, more: object = {}) =>
    post(
      { strategy: 'trend', clientOrderId, instrument: 'A', side: 'sell', quantity: 1, type: 'market', ...more },
      world.key,
    );
  expect((await ask('a')).status).toBe(429);
  expect((await ask('b', { reduceOnly: true })).status).toBe(200);
  expect((await ask('c', { exit: { kind: 'person', id: newId() } })).status).toBe(200);
  expect((await ask('a', { intent: 'cancel' })).status).toBe(200);
  await useUp('order-exits');
  expect((await ask('d', { reduceOnly: true })).status, 'a flood of exits is bounded as well').toBe(429);
});

test('a key that was revoked asks for nothing more, though it was good a moment before', async () => {
  const world = await orderWorld();
  const ask = (intent: 'new' | 'cancel', clientOrderId: string) =>
    post(
      { strategy: 'trend', clientOrderId, intent, instrument: 'SPX-ETF', side: 'buy', quantity: 1, type: 'market' },
      world.key,
    );
  expect((await ask('new', 'k1')).status).toBe(200);
  expect((await ask('cancel', 'k1')).status).toBe(200);
  await sql`update api_keys set revoked_at = now() where id = ${world.actor.keyId}`;
  expect((await ask('cancel', 'k1')).status).toBe(401);
  expect((await ask('new', 'k2')).status).toBe(401);
});
