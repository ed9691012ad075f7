import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { POST } from '@/app/api/v1/snapshots/route';
import { closeDatabase } from '@/db/client';
import nextConfig from '../../next.config.mjs';
import { type RiskWorld, riskWorld } from '../risk/testing/risk-world';
import { keyFixture } from '../testing/people';
import { answerMachine } from './machine-listener';

let world: RiskWorld;
let key: string;
let server: Server;
let port: number;

beforeAll(async () => {
  world = await riskWorld();
  key = (await keyFixture(['snapshots:write'], world.portfolioId)).key;
  server = createServer((request, response) => {
    if (!answerMachine(request, response)) response.writeHead(299).end('page');
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  port = (server.address() as AddressInfo).port;
});
afterAll(async () => {
  server.closeAllConnections();
  server.close();
  await closeDatabase();
});

const ask = (path: string, init: RequestInit = {}) =>
  fetch(`http://127.0.0.1:${port}${path}`, {
    method: 'POST',
    ...init,
    headers: { authorization: `Bearer ${key}`, ...init.headers },
  });
const row = (sequence: number, extra = {}) => ({
  account: 'main',
  asOf: new Date(world.start.getTime() + sequence * 1000).toISOString(),
  sequence,
  equity: '1000.50',
  cash: '500',
  ...extra,
});

test('a row that was taken here is a repeat for the page server, and the other way round', async () => {
  const body = JSON.stringify({ rows: [row(1)] });
  const here = await ask('/api/v1/snapshots?from=engine', { body });
  expect(here.status).toBe(200);
  expect(await here.json()).toMatchObject({ accepted: 1, duplicates: 0 });
  const there = await POST(
    new Request('http://localhost/api/v1/snapshots', {
      method: 'POST',
      body,
      headers: { authorization: `Bearer ${key}` },
    }),
  );
  expect(await there.json()).toMatchObject({ accepted: 0, duplicates: 1 });
});

test('every route answers the same refusals as the page server, each as problem+json', async () => {
  const cases: [RequestInit, number][] = [
    [{ headers: { authorization: '' } }, 401],
    [{ headers: { authorization: 'Bearer gl_nonsense' } }, 401],
    [{ body: '{"rows":' }, 422],
    [{ body: '{"rows":[]}' }, 422],
  ];
  for (const [init, status] of cases) {
    const headers = { authorization: `Bearer ${key}`, ...init.headers };
    const there = await POST(new Request('http://localhost/api/v1/snapshots', { ...init, method: 'POST', headers }));
    const here = await ask('/api/v1/snapshots', init);
    expect(here.status).toBe(status);
    expect(here.headers.get('content-type')).toBe('application/problem+json');
    expect(here.headers.get('www-authenticate')).toBe(there.headers.get('www-authenticate'));
    expect(await here.json()).toEqual(await there.json());
  }
  for (const path of ['/api/v1/orders/check', '/api/v1/orders/updates']) {
    const other = await ask(path, { body: '{}' });
    expect(other.status).toBe(403);
    expect(await other.json()).toMatchObject({ title: 'FORBIDDEN', instance: path });
  }
});

test('what is no machine route, or asked in another way, is left to the page server', async () => {
  for (const [path, method] of [
    ['/', 'GET'],
    ['/api/v1/snapshots', 'GET'],
    ['/api/v1/snapshots', 'OPTIONS'],
    ['/api/v1/snapshots/', 'POST'],
    ['/api/v1/snapshots/x', 'POST'],
    ['/api/v1/instruments', 'POST'],
    ['/constructor', 'POST'],
  ] as const)
    expect((await ask(path, { method })).status).toBe(299);
});

test('every answer carries the headers that the page server sets on its own', async () => {
  const headers = (await nextConfig.headers?.())?.[0]?.headers ?? [];
  expect(headers.length).toBeGreaterThan(0);
  const answer = await ask('/api/v1/snapshots', { body: '{}' });
  for (const { key: name, value } of headers) expect(answer.headers.get(name)).toBe(value);
  expect(answer.headers.get('cache-control')).toBe('no-store');
});

/** Raw lines to the server; resolves to all it answers once it closes the connection. */
async function raw(...pieces: string[]): Promise<string> {
  const socket = connect(port, '127.0.0.1');
  for (const piece of pieces) socket.write(piece);
  return text(socket);
}

test('a body over the bound is refused when it is announced and when it comes unannounced, and is read no further', async () => {
  const head = `POST /api/v1/orders/updates HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${(await keyFixture(['orders:check'], world.portfolioId)).key}\r\n`;
  const announced = await raw(`${head}content-length: 2000001\r\n\r\n`);
  const chunk = `${(600_000).toString(16)}\r\n${'1'.repeat(600_000)}\r\n`;
  const streamed = await raw(`${head}transfer-encoding: chunked\r\n\r\n`, chunk, chunk, chunk, chunk);
  for (const answer of [announced, streamed]) {
    expect(answer).toContain(' 413 ');
    expect(answer.toLowerCase()).toContain('connection: close');
  }
});

test('a sender that goes away in the middle of its body leaves the server answering', async () => {
  const socket = connect(port, '127.0.0.1');
  socket.write(
    `POST /api/v1/snapshots HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${key}\r\ncontent-length: 100\r\n\r\n{"rows":`,
  );
  const gone = once(server, 'request').then(([request]) => new Promise((done) => request.on('close', done)));
  await once(socket, 'connect');
  socket.end();
  await gone;
  expect((await ask('/api/v1/snapshots', { body: '{}' })).status).toBe(422);
});
