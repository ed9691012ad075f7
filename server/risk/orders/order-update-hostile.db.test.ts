import { afterAll, beforeAll, expect, test } from 'vitest';
import { POST } from '@/app/api/v1/orders/updates/route';
import { closeDatabase, sql } from '@/db/client';
import { newId } from '../../kernel/ids';
import { type OrderWorld, orderWorld } from '../testing/order-world';
import { BUDGET } from './time-budget';

beforeAll(() => {
  BUDGET.ms = 15_000;
});
afterAll(closeDatabase);

const post = async (world: OrderWorld, updates: unknown[]) => {
  const answer = await POST(
    new Request('http://localhost:3000/api/v1/orders/updates', {
      method: 'POST',
      headers: { authorization: `Bearer ${world.key}`, 'content-type': 'application/json' },
      body: JSON.stringify({ updates }),
    }),
  );
  return { status: answer.status, ...(await answer.json()) };
};
const at = () => new Date().toISOString();
const submitted = (clientOrderId: string) => ({ strategy: 'trend', clientOrderId, status: 'submitted', at: at() });
const fill = (over: Record<string, unknown> = {}) => ({
  ...{ strategy: 'trend', clientOrderId: newId(), status: 'filled', at: at(), executionId: newId() },
  ...{ quantity: '1', price: '1', instrument: 'X', side: 'buy', ...over },
});
const told = async (world: OrderWorld) => {
  const events = await sql<{ content: string }[]>`select content from events
    where portfolio_id = ${world.risk.portfolioId} and type = 'capital.unchecked-order-sent' order by seq`;
  const [alert] = await sql`select seen_count, title from alerts where portfolio_id = ${world.risk.portfolioId}`;
  return { events: events.map(({ content }) => JSON.parse(content).data), alert };
};

test('orders that nobody was asked for are told once: one event for those that came together, nothing for a repeat', async () => {
  const world = await orderWorld();
  const ghosts = Array.from({ length: 40 }, (_, i) => submitted(`ghost-${i}`));
  expect(await post(world, [...ghosts, ...ghosts])).toMatchObject({ accepted: 0, refused: { length: 80 } });
  const first = await told(world);
  expect(first.events).toEqual([expect.objectContaining({ strategy: 'trend', count: 40 })]);
  expect(first.events[0].orders).toHaveLength(20);
  expect(first.alert).toEqual({
    seen_count: 1,
    title: 'trend sent 40 orders that were never checked: ghost-0 and others',
  });
  await post(world, ghosts);
  expect((await told(world)).events).toHaveLength(1);
  await post(world, [...ghosts, submitted('another')]);
  const last = await told(world);
  expect(last.events[1]).toMatchObject({ count: 1, orders: [{ clientOrderId: 'another' }] });
  expect(last.alert!.seen_count).toBe(2);
});

test('a bad update is refused with its index and in words, and loses nothing else', async () => {
  const world = await orderWorld();
  const bad = [
    fill({ at: '0000-01-01T00:00:00Z' }),
    fill({ at: '9999-12-31T23:59:59Z' }),
    fill({ quantity: '9e18', price: '9e18' }),
    { strategy: 'trend' },
    'nothing',
  ];
  const answer = await post(world, [fill(), ...bad, fill()]);
  expect(answer).toMatchObject({ status: 200, accepted: 2 });
  expect(answer.refused.map((one: { index: number; code: string }) => [one.index, one.code])).toEqual(
    bad.map((_, i) => [i + 1, 'INVALID']),
  );
  expect(answer.refused[0].message).toContain('check its year');
  expect(answer.refused[2].message).toContain('more than any account holds');
});

test('an update whose consequence is larger than what is stored is refused alone', async () => {
  const world = await orderWorld();
  const large = (over: Record<string, unknown>) =>
    fill({ instrument: 'LARGE', quantity: '9e18', price: '10', ...over });
  // The position passes 1e20, then its profit does.
  const answer = await post(world, [
    ...Array.from({ length: 12 }, () => large({})),
    fill(),
    fill({ instrument: 'FEE', fee: '9e18' }),
  ]);
  expect(answer.status).toBe(200);
  expect(answer.refused).toEqual([{ index: 11, code: 'NOT_KEPT', message: expect.stringContaining('larger than') }]);
  expect(answer.accepted).toBe(13);
});
