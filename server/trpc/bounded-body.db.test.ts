import { afterAll, expect, test } from 'vitest';
import { POST as auth } from '@/app/api/auth/[...nextauth]/route';
import { POST as trpc } from '@/app/api/trpc/[trpc]/route';
import { POST as acknowledge } from '@/app/api/v1/acknowledge/route';
import { POST as report } from '@/app/api/v1/engines/[engineId]/reports/route';
import { closeDatabase } from '@/db/client';
import { newId } from '../kernel/ids';
import { boundedRequest } from './bounded-body';

afterAll(closeDatabase);

const ORIGIN = 'http://localhost:3000';
/** A body without an end and without a length, as anybody may send; counts what was taken of it. */
function endless(path: string, type: string) {
  const taken = { bytes: 0 };
  const body = new ReadableStream<Uint8Array>({
    pull(controller) {
      taken.bytes += 65_536;
      controller.enqueue(new Uint8Array(65_536).fill(97));
    },
  });
  const headers = { 'content-type': type, origin: ORIGIN };
  return {
    taken,
    request: new Request(`${ORIGIN}${path}`, { method: 'POST', headers, body, duplex: 'half' } as RequestInit),
  };
}

test('whoever is not signed in is heard up to a length, and answered 413 beyond it', async () => {
  const engineId = newId();
  const routes: [string, string, (request: Request) => Promise<Response>][] = [
    ['/api/trpc/identity.passwordStep?batch=1', 'application/json', trpc],
    ['/api/trpc/risk.acknowledge?batch=1', 'application/json', trpc],
    ['/api/v1/acknowledge', 'application/json', acknowledge],
    ['/api/v1/acknowledge', 'application/x-www-form-urlencoded', acknowledge],
    [
      `/api/v1/engines/${engineId}/reports`,
      'application/json',
      (r) => report(r, { params: Promise.resolve({ engineId }) }),
    ],
    [
      '/api/auth/callback/credentials',
      'application/json',
      (r) => auth(r, { params: Promise.resolve({ nextauth: ['callback', 'credentials'] }) }),
    ],
  ];
  for (const [path, type, route] of routes) {
    const { taken, request } = endless(path, type);
    expect([path, (await route(request)).status]).toEqual([path, 413]);
    expect(taken.bytes).toBeLessThan(2_000_000);
  }
});

test('what is short enough arrives as it was sent', async () => {
  const sent = { method: 'POST', headers: { 'content-type': 'application/json', 'x-kept': 'yes' }, body: '{"a":"ä"}' };
  const read = await boundedRequest(new Request(ORIGIN, sent), 100);
  expect([read.headers.get('x-kept'), read.headers.get('content-type'), await read.json()]).toEqual([
    'yes',
    'application/json',
    { a: 'ä' },
  ]);
  const get = new Request(ORIGIN);
  expect(await boundedRequest(get, 1)).toBe(get);
});
