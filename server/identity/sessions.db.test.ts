import { afterAll, expect, test } from 'vitest';
import { POST } from '@/app/api/trpc/[trpc]/route';
import { closeDatabase, sql } from '@/db/client';
import { appRouter } from '../routers/_app';
import { FIXTURE_PASSWORD, type PersonFixture, personFixture } from '../testing/people';
import { getContext } from '../trpc/context';
import { changePassword } from './account-actions';
import { passwordStep, secondFactor } from './auth-sign-in';
import { disablePerson } from './people-actions';
import { revokeRole } from './role-actions';
import { claimOf, sessionOf } from './session';
import { sessionCookieName } from './session-cookie';
import { lookAt, openSession } from './sessions';
import { totpCodeAt } from './totp';

afterAll(closeDatabase);

const ORIGIN = 'http://localhost:3000';
const codeNow = (person: PersonFixture) => totpCodeAt(person.totpSecret, new Date());
const asks = (cookie: string) => sessionOf({ headers: new Headers({ cookie }) });

async function post(path: string, input: unknown, cookie: string) {
  const response = await POST(
    new Request(`${ORIGIN}/api/trpc/${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', origin: ORIGIN, cookie },
      body: JSON.stringify({ json: input }),
    }),
  );
  const set = response.headers.getSetCookie().map((line) => line.split(';')[0]!);
  return {
    status: response.status,
    cookie: set[0],
    attributes: response.headers.getSetCookie()[0],
    body: await response.json(),
  };
}

test('a cookie that is no text of ours is nobody, not an error', async () => {
  for (const text of ['%E0%A4%A', '%', '', '%00', 'x.y.z'])
    expect(await asks(`${sessionCookieName()}=${text}`)).toBeNull();
});

test('step-up gives the session a new token; the old one dies after its grace, and replayed it opens nothing', async () => {
  const person = await personFixture('manager');
  const old = await person.cookie();
  const answer = await post(
    'identity.stepUp',
    { operation: 'tranche.approve', contentHash: 'h', proof: { kind: 'totp', code: codeNow(person) } },
    old,
  );
  expect(answer.status).toBe(200);
  expect(answer.attributes).toMatch(/HttpOnly; SameSite=Lax/);
  expect(await asks(answer.cookie!)).not.toBeNull();
  expect(await asks(old)).not.toBeNull();
  await sql`update sessions set rotated_at = rotated_at - interval '31 seconds' where person_id = ${person.id}`;
  expect(await asks(old)).toBeNull();
  expect(await asks(answer.cookie!)).not.toBeNull();
});

test('a cookie replayed after signing out is worth nothing, on this instance or another', async () => {
  const person = await personFixture('engineer');
  const cookie = await person.cookie();
  const out = await post('identity.signOut', undefined, cookie);
  expect(out.attributes).toMatch(/^going-live\.session=; .*Max-Age=0/);
  expect((await post('identity.touch', undefined, cookie)).status).toBe(401);
  expect(await asks(cookie)).toBeNull();
});

test('a session ends after 12 hours however much it is used', async () => {
  const person = await personFixture();
  const [row] = await sql`select expires_at - created_at as life from sessions where person_id = ${person.id}`;
  expect(row!.life).toBe('12:00:00');
  await sql`update sessions set expires_at = app.protocol_now() where person_id = ${person.id}`;
  expect(await asks(await person.cookie())).toBeNull();
});

test('after 30 minutes without input it is locked: polling does not wake it, the second factor does', async () => {
  const person = await personFixture('engineer');
  const cookie = await person.cookie();
  await sql`update sessions set last_input_at = last_input_at - interval '31 minutes' where person_id = ${person.id}`;
  expect((await asks(cookie))?.session.locked).toBe(true);
  expect((await post('identity.touch', undefined, cookie)).body.result.data.json).toEqual({ locked: true });
  expect((await asks(cookie))?.session.locked).toBe(true);
  const refused = await post('identity.renewRecoveryCodes', { stepUp: 'x'.repeat(30) }, cookie);
  expect([refused.status, refused.body.error.json.data.domainCode]).toEqual([401, 'SESSION_LOCKED']);
  const unlocked = await post('identity.unlock', { proof: { kind: 'totp', code: codeNow(person) } }, cookie);
  expect(unlocked.status).toBe(200);
  expect((await asks(unlocked.cookie!))?.session.locked).toBe(false);
});

test('a disabled person and a taken role count from the very next request', async () => {
  const [admin, engineer] = [await personFixture('admin'), await personFixture('engineer')];
  await personFixture('admin');
  const cookie = await engineer.cookie();
  const [grant] = await sql`select id from role_grants where person_id = ${engineer.id}`;
  await revokeRole(admin.actor, { grantId: grant!.id });
  expect((await asks(cookie))?.actor.grants).toEqual([]);
  const demoted = appRouter.createCaller(await getContext({ headers: new Headers({ cookie }) }));
  await expect(demoted.people.list()).rejects.toMatchObject({ code: 'FORBIDDEN' });
  await disablePerson(admin.actor, { personId: engineer.id });
  expect(await asks(cookie)).toBeNull();
  expect(await openSession(engineer.id, ['password'], { ip: '', userAgent: '' })).toBeNull();
  await expect(passwordStep({ email: engineer.email, password: FIXTURE_PASSWORD })).rejects.toMatchObject({
    code: 'SIGN_IN_REFUSED',
  });
});

test('a forged, cut, foreign or swapped cookie is nobody', async () => {
  const [one, two] = [await personFixture('admin'), await personFixture('viewer')];
  const [a, b] = [await one.cookie(), await two.cookie()];
  const secret = process.env.AUTH_SECRET;
  for (const cookie of ['going-live.session=', a.slice(0, -4), `${a}x`, a.replace('going-live.session', 'other')])
    expect([cookie, await asks(cookie)]).toEqual([cookie, null]);
  process.env.AUTH_SECRET = 'another-installation-with-its-own-secret-0123456789';
  expect(await claimOf(new Headers({ cookie: a }))).toBeNull();
  process.env.AUTH_SECRET = secret;
  expect((await asks(b))?.actor.personId).toBe(two.id);
});

test('only a hash of the token is stored, and the cookie is bound to this host in production', async () => {
  const person = await personFixture();
  const [row] = await sql`select * from sessions where person_id = ${person.id}`;
  expect(JSON.stringify(row)).not.toContain(person.claim.token);
  const stolen = { sessionId: person.claim.sessionId, token: String(row!.token_hash) };
  expect(await lookAt(stolen, new Date())).toBeNull();
  process.env.APP_URL = 'https://live.example.com';
  expect(await person.cookie()).toMatch(/^__Host-going-live\.session=/);
  process.env.APP_URL = ORIGIN;
});

test('a new password ends every other session and needs the old one and the factor', async () => {
  const person = await personFixture();
  const other = await openSession(person.id, ['passkey'], { ip: '', userAgent: '' });
  const stepUp = await person.stepUp('account.change-password', person.id);
  const change = (current: string, next: string) => changePassword(person.actor, { current, next, stepUp });
  await expect(change('not the one', 'another quiet harbour')).rejects.toMatchObject({ code: 'INVALID' });
  await expect(change(FIXTURE_PASSWORD, '123456789012')).rejects.toMatchObject({ code: 'INVALID' });
  expect(await change(FIXTURE_PASSWORD, 'another quiet harbour')).toEqual({ ended: 1 });
  expect(other).not.toBeNull();
  expect(await asks(await person.cookie())).not.toBeNull();
  const { ticket } = await passwordStep({ email: person.email, password: 'another quiet harbour' });
  await expect(secondFactor({ ticket, kind: 'totp', code: codeNow(person) })).resolves.toHaveProperty('ticket');
});
