import { afterAll, beforeAll, expect, test } from 'vitest';
import { GET, POST } from '@/app/api/trpc/[trpc]/route';
import { closeDatabase } from '@/db/client';
import { issueTicket } from '../identity/auth-sign-in';
import { authOptions } from '../identity/next-auth';
import { sessionCookie, sessionOf } from '../identity/session';
import { type PersonFixture, personFixture } from '../testing/people';

afterAll(closeDatabase);

const ORIGIN = 'http://localhost:3000';
const TOUCH = `${ORIGIN}/api/trpc/identity.touch`;
let person: PersonFixture;
let cookie: string;
beforeAll(async () => {
  person = await personFixture('manager');
  cookie = await person.cookie();
});

const send = (headers: Record<string, string>, body = '{}') =>
  POST(new Request(TOUCH, { method: 'POST', headers: { cookie, ...headers }, body }));

test('a change is taken from our own pages as JSON and from nowhere else', async () => {
  const own = { 'content-type': 'application/json', origin: ORIGIN, 'sec-fetch-site': 'same-origin' };
  expect((await send(own)).status).toBe(200);
  for (const wrong of [
    { ...own, 'content-type': 'text/plain' },
    { ...own, 'content-type': 'application/x-www-form-urlencoded' },
    { ...own, origin: 'https://evil.example' },
    { ...own, 'sec-fetch-site': 'cross-site' },
  ])
    expect((await send(wrong)).status).toBe(403);
});

test('a change is never taken from a GET, nor a read from another site', async () => {
  const get = (path: string, headers: Record<string, string> = {}) =>
    GET(new Request(`${ORIGIN}/api/trpc/${path}`, { headers: { cookie, ...headers } }));
  expect((await get('identity.touch')).status).toBe(405);
  expect((await get('identity.touch?batch=1&input=%7B%7D')).status).toBe(405);
  expect((await get('identity.me', { 'sec-fetch-site': 'cross-site' })).status).toBe(403);
  expect((await get('identity.me')).headers.get('cache-control')).toBe('no-store');
});

test('what failed is told without a stack, a path or a statement', async () => {
  const request = new Request(`${ORIGIN}/api/trpc/identity.unlock`, {
    method: 'POST',
    headers: { cookie, 'content-type': 'application/json', origin: ORIGIN },
    body: '{"json": {',
  });
  const broken = await POST(request);
  expect(broken.status).toBeGreaterThanOrEqual(400);
  expect(await broken.text()).not.toMatch(/node_modules|server\/|select |\.ts:/);
});

const batch = (paths: string[], inputs: unknown) =>
  POST(
    new Request(`${ORIGIN}/api/trpc/${paths.join(',')}?batch=1`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', origin: ORIGIN },
      body: JSON.stringify(inputs),
    }),
  );
const aTry = (n: number) => ({ json: { email: `x${n}@desk.example`, password: 'a quiet harbour at dawn' } });

test('one request carries few calls, and one that signs in', async () => {
  const two = await batch(Array(2).fill('identity.passwordStep'), { 0: aTry(0), 1: aTry(1) });
  expect(two.status).toBe(422);
  expect(await two.text()).toContain('in a request of its own');
  const disguised = await batch(['identity.passwordStep', 'identity%2EpasswordStep'], { 0: aTry(0), 1: aTry(1) });
  expect(disguised.status).toBe(422);
  const many = await batch(Array(21).fill('identity.touch'), {});
  expect(many.status).toBe(400);
  const single = await batch(['identity.passwordStep'], { 0: aTry(2) });
  expect(await single.text()).toContain('SIGN_IN_REFUSED');
  const own = await batch(Array(20).fill('identity.touch'), {});
  expect(own.status).toBe(401);
});

test('of a flood of sign-ins most are refused before a password is looked at or a connection is taken', async () => {
  const answers = await Promise.all(
    Array.from({ length: 60 }, async (_, n) => (await batch(['identity.passwordStep'], { 0: aTry(100 + n) })).status),
  );
  expect(new Set(answers)).toEqual(new Set([422, 429]));
  expect(answers.filter((status) => status === 429).length).toBeGreaterThan(10);
});

type Authorize = (given: { ticket: string }) => Promise<{ id: string } | null>;

test('a ticket is turned into a session once, and its cookie carries what proves the row', async () => {
  const ticket = await issueTicket(person.id, 'session', ['password', 'totp']);
  const options = authOptions(new Headers({ 'user-agent': 'Firefox', 'x-forwarded-for': '192.0.2.7' }));
  const provider = options.providers[0] as unknown as { options: { authorize: Authorize } };
  const user = await provider.options.authorize({ ticket });
  expect(await provider.options.authorize({ ticket })).toBeNull();
  const jwt = options.callbacks!.jwt!;
  const token = await jwt({ token: {}, user: user!, account: null } as never);
  const opened = await sessionCookie({ sessionId: String(token.sid), token: String(token.tok) });
  const live = await sessionOf({ headers: new Headers({ cookie: opened.split(';')[0]! }) });
  expect(live?.actor.personId).toBe(person.id);
  expect(await jwt({ token, user: undefined } as never)).toBe(token);
});

test('in production every cookie is bound to this host and to https', () => {
  process.env.APP_URL = 'https://live.example.com';
  const { cookies } = authOptions(new Headers());
  process.env.APP_URL = ORIGIN;
  for (const cookie of Object.values(cookies!)) {
    expect(cookie!.name).toMatch(/^__Host-/);
    expect(cookie!.options).toEqual({ httpOnly: true, sameSite: 'lax', path: '/', secure: true });
  }
});
