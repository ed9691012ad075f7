import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { checkTarget, outboundFetch } from './outbound';

let server: Server;
let port: number;
let hits = 0;

beforeAll(async () => {
  server = createServer((request, response) => {
    hits += 1;
    if (request.url === '/away') response.writeHead(302, { location: 'http://169.254.169.254/' }).end();
    else if (request.url === '/hang') return;
    else if (request.url === '/large') response.end('x'.repeat(5000));
    else response.end('hello');
  });
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  port = (server.address() as AddressInfo).port;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});
beforeEach(() => {
  hits = 0;
  process.env.OUTBOUND_ALLOW = `127.0.0.1/32:${port}`;
});

test('an allowed private target answers', async () => {
  expect(await outboundFetch(`http://127.0.0.1:${port}/`)).toMatchObject({ status: 200, text: 'hello' });
  expect((await outboundFetch(`http://localhost:${port}/`)).address).toBe('127.0.0.1');
});

test('without a rule no form of a private address is contacted', async () => {
  process.env.OUTBOUND_ALLOW = '';
  for (const host of [
    '127.0.0.1',
    'localhost',
    '2130706433',
    '0177.0.0.1',
    '0x7f.1',
    '[::1]',
    '[::ffff:127.0.0.1]',
    '0.0.0.0',
  ]) {
    await expect(outboundFetch(`http://${host}:${port}/`)).rejects.toMatchObject({ kind: 'refused' });
  }
  expect(hits).toBe(0);
});

test('a redirect is an answer and is not followed', async () => {
  expect((await outboundFetch(`http://127.0.0.1:${port}/away`)).status).toBe(302);
  expect(hits).toBe(1);
});

test('a target that hangs ends at the deadline, one that is too large at the limit', async () => {
  await expect(outboundFetch(`http://127.0.0.1:${port}/hang`, { timeoutMs: 60 })).rejects.toMatchObject({
    kind: 'no-answer',
  });
  await expect(outboundFetch(`http://127.0.0.1:${port}/large`, { maxBytes: 1000 })).rejects.toMatchObject({
    kind: 'too-large',
  });
});

test('a refused connection says that nothing was sent', async () => {
  process.env.OUTBOUND_ALLOW = '127.0.0.1/32:1';
  await expect(outboundFetch('http://127.0.0.1:1/')).rejects.toMatchObject({ kind: 'not-connected' });
});

test('the checked address is given, so that a probe connects to no other', async () => {
  expect(await checkTarget('127.0.0.1', port)).toMatchObject({ address: '127.0.0.1', family: 4, isPublic: false });
  await expect(checkTarget('169.254.169.254', 80)).rejects.toThrow(/never/);
});

test('odd addresses are refused with a sentence', async () => {
  for (const address of ['file:///etc/passwd', 'http://a:b@example.org/', 'gopher://x', 'nonsense'])
    await expect(outboundFetch(address)).rejects.toMatchObject({ code: 'INVALID' });
});
