import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { closeDatabase, sql } from '@/db/client';
import { type RiskWorld, riskWorld } from '../risk/testing/risk-world';
import { keyFixture } from '../testing/people';
import { answerMachine } from './machine-listener';
import { SnapshotThreads } from './snapshot-threads.mjs';

let world: RiskWorld;
let key: string;
let server: Server;
let threads: SnapshotThreads;
const said: string[] = [];

beforeAll(async () => {
  world = await riskWorld();
  key = (await keyFixture(['snapshots:write'], world.portfolioId)).key;
  threads = new SnapshotThreads(1, (sentence: string) => said.push(sentence));
  Object.assign(globalThis, { __goingLiveSnapshots: threads });
  server = createServer((request, response) => void answerMachine(request, response));
  await once(server.listen(0, '127.0.0.1'), 'listening');
  await isReady();
}, 60_000);
afterAll(async () => {
  Object.assign(globalThis, { __goingLiveSnapshots: undefined });
  server.close();
  await threads.stop();
  await closeDatabase();
});

const actor = () => ({ portfolioId: world.portfolioId, keyId: '' });
const isReady = () => vi.waitFor(() => expect(threads.takes(actor())).toBe(true), { timeout: 30_000, interval: 20 });
const post = (body: string, bearer = key) =>
  fetch(`http://127.0.0.1:${(server.address() as AddressInfo).port}/api/v1/snapshots`, {
    method: 'POST',
    headers: { authorization: `Bearer ${bearer}` },
    body,
  });
const row = (sequence: number) => ({
  account: 'main',
  asOf: new Date(world.start.getTime() + sequence * 1000).toISOString(),
  sequence,
  equity: '1000.50',
  cash: '500',
});
const rows = (first: number, count: number) =>
  JSON.stringify({ rows: Array.from({ length: count }, (_, i) => row(first + i)) });

test('rows are stored by the thread, small and large bodies, with the answers and refusals of the route', async () => {
  const inThread = vi.spyOn(threads, 'store');
  for (const [first, count] of [
    [1, 1],
    [2, 2_000],
  ] as const) {
    const answer = await post(rows(first, count));
    expect(answer.status).toBe(200);
    expect(await answer.json()).toMatchObject({ accepted: count, duplicates: 0, refused: [] });
  }
  expect(await (await post(rows(1, 3))).json()).toMatchObject({ accepted: 0, duplicates: 3 });
  const broken = await post('{"rows":[{"account":"main"');
  expect(broken.status).toBe(422);
  expect(await broken.json()).toMatchObject({ title: 'INVALID', instance: '/api/v1/snapshots' });
  expect(inThread).toHaveBeenCalledTimes(4);
  inThread.mockRestore();
  const [stored] = await sql`select count(*)::int as n from snapshots where portfolio_id = ${world.portfolioId}`;
  expect(stored?.n).toBe(2_001);
});

test('nothing of a body reaches a thread before its sender is known', async () => {
  const inThread = vi.spyOn(threads, 'store');
  expect((await post(rows(1, 1), 'gl_nonsense')).status).toBe(401);
  expect(inThread).not.toHaveBeenCalled();
  inThread.mockRestore();
});

test('a thread that ends tells its sender to send again, is started anew, and meanwhile the process stores by itself', async () => {
  const lock = await sql.reserve();
  await lock`begin`;
  await lock`select 1 from risk_states where portfolio_id = ${world.portfolioId} for update`;
  const inThread = vi.spyOn(threads, 'store');
  const asked = post(rows(3_000, 1));
  await vi.waitFor(() => expect(inThread).toHaveBeenCalled(), { interval: 5 });
  inThread.mockRestore();
  await threads.workers[0]?.terminate();
  const answer = await asked;
  expect(answer.status).toBe(503);
  expect(answer.headers.get('retry-after')).toBe('1');
  expect(await answer.json()).toMatchObject({ title: 'UNAVAILABLE' });
  await lock`rollback`;
  lock.release();
  expect(threads.takes(actor())).toBe(false);
  expect((await post(rows(3_000, 1))).status).toBe(200);
  await isReady();
  expect(await (await post(rows(3_000, 2))).json()).toMatchObject({ accepted: 1, duplicates: 1 });
});
