import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { eq } from 'drizzle-orm';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { POST as check } from '@/app/api/v1/orders/check/route';
import { POST as updates } from '@/app/api/v1/orders/updates/route';
import { closeDatabase, db } from '@/db/client';
import { orderFills, reservations } from '@/db/schema';
import { newId } from '../../kernel/ids';
import { BUDGET } from '../../risk/orders/time-budget';
import { ORDER_RELEASE, type OrderWorld, orderWorld } from '../../risk/testing/order-world';
import { keyFixture } from '../../testing/people';
import { PaperEngine } from './engine';
import { OrderDesk } from './order-desk';

/** The web server's two routes behind a real socket. `lost` does the work and drops the answer. */
let server: Server;
let fault: 'hang' | 'lost' | number | null = null;
const asked: { clientOrderId: string; flags?: string[] }[] = [];

let world: OrderWorld;
let folder: string;
let engine: PaperEngine;
let said: string[];

beforeAll(async () => {
  BUDGET.ms = 15_000;
  server = createServer(async (request, response) => {
    const body = await text(request);
    if (fault === 'hang') return;
    if (typeof fault === 'number') return response.writeHead(fault).end('{}');
    const isCheck = request.url?.endsWith('/check') ?? false;
    const headers = { authorization: request.headers.authorization ?? '', 'content-type': 'application/json' };
    const passed = new Request(`http://localhost:3000${request.url}`, { method: 'POST', headers, body });
    const answer = await (isCheck ? check : updates)(passed);
    const answered = await answer.text();
    if (isCheck) asked.push(JSON.parse(answered));
    if (fault === 'lost' && isCheck) return request.socket.destroy();
    response.writeHead(answer.status, Object.fromEntries(answer.headers)).end(answered);
  });
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
});
afterAll(async () => {
  server.closeAllConnections();
  await new Promise((closed) => server.close(closed));
  await closeDatabase();
});

/** The engine over its file, `seconds` from now by its own clock. */
const opened = (seconds = 0) =>
  new PaperEngine(
    {
      stateFile: join(folder, 'state.json'),
      account: 'PAPER-1',
      from: '2013-06-03',
      equity: '1000000',
      holding: { ref: 'core', share: 0 },
      backfillSessions: 0,
      ticksPerSession: 12,
      random: () => 0.5,
    },
    { serverNow: () => new Date(), realNow: () => new Date(Date.now() + seconds * 1000) },
  );
const deskOf = (over: PaperEngine, wish: { key?: string; answerWithinMs?: number } = {}) => {
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return new OrderDesk(over, { url, key: world.key, answerWithinMs: 20_000, ...wish }, (line) => said.push(line));
};
const working = (over: PaperEngine) => over.report().workingOrders.filter(({ type }) => type === 'limit');
const rows = () => db.select().from(reservations).where(eq(reservations.portfolioId, world.risk.portfolioId));

beforeEach(async () => {
  fault = null;
  asked.length = 0;
  said = [];
  world = await orderWorld();
  folder = mkdtempSync(join(tmpdir(), 'going-live-desk-'));
  engine = opened();
  engine.execute({
    to: '/commands',
    id: newId(),
    nonce: newId(),
    type: 'set_capital',
    epoch: 0,
    scope: { kind: 'strategy', strategies: ['trend'] },
    params: { strategy: 'trend', capital: '40000', release: ORDER_RELEASE },
    issuedAt: new Date().toISOString(),
    lease: { until: new Date(Date.now() + 600_000).toISOString() },
  });
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

test('an order is asked for, sent, filled, and told under one id', async () => {
  const desk = deskOf(engine);
  engine.tick();
  await desk.turn();
  const [order] = working(engine);
  expect(asked).toMatchObject([{ clientOrderId: order!.id, decision: 'allow' }]);
  await desk.turn();
  expect(await rows()).toMatchObject([{ clientOrderId: order!.id, state: 'working' }]);
  engine.tick();
  expect(working(engine)).toEqual([]);
  await desk.turn();
  expect(await rows()).toMatchObject([{ clientOrderId: order!.id, state: 'filled' }]);
  const fills = await db.select().from(orderFills).where(eq(orderFills.portfolioId, world.risk.portfolioId));
  expect(fills).toMatchObject([{ clientOrderId: order!.id, instrument: 'SPX-ETF', side: 'buy' }]);
  expect([engine.untold(), said]).toEqual([[], []]);
});

test('an answer that was lost with the engine is given again to the one that follows, and promised once', async () => {
  engine.tick();
  fault = 'lost';
  await deskOf(engine).turn();
  expect(working(engine)).toEqual([]);
  fault = null;
  const next = opened(5);
  await deskOf(next).turn();
  expect(asked[1]).toMatchObject({ ...asked[0], flags: ['repeated'] });
  expect(working(next)).toMatchObject([{ id: asked[0]!.clientOrderId }]);
  expect(await rows()).toHaveLength(1);
});

test.each(['hang', 503] as const)('without an answer (%s) nothing that adds risk is sent, said once', async (how) => {
  engine.tick();
  fault = how;
  const desk = deskOf(engine, { answerWithinMs: 50 });
  await desk.turn();
  expect([working(engine), said.length]).toEqual([[], 1]);
  expect(said[0]).toMatch(/no order that adds risk is sent$/);
});

test('a key that may not ask sends nothing that adds risk, and the engine keeps what it was told', async () => {
  const { key } = await keyFixture(['snapshots:write'], world.risk.portfolioId);
  engine.tick();
  await deskOf(engine, { key }).turn();
  expect(working(engine)).toEqual([]);
  expect(said.join()).toMatch(/denied: 403 The API key .* lacks the scope orders:check/);
  expect(opened().describe()).toContain('trend buy denied (REFUSED)');
});
