import { afterAll, expect, test } from 'vitest';
import { closeDatabase, sql } from '@/db/client';
import { SoftAuthenticator } from '../testing/authenticator';
import { type PersonFixture, personFixture } from '../testing/people';
import { addPasskey, beginPasskey, dropPasskey } from './account-actions';
import { passkeySignIn } from './auth-sign-in';
import { authenticationOptions } from './passkeys';
import { beginStepUp } from './step-up';

afterAll(closeDatabase);

const ORIGIN = 'http://localhost:3000';
const soft = () => new SoftAuthenticator({ origin: ORIGIN, rpId: 'localhost' });
const refused = { code: 'PASSKEY_REFUSED' };

async function withPasskey(person: PersonFixture): Promise<SoftAuthenticator> {
  const authenticator = soft();
  const { challenge } = await beginPasskey(person.actor);
  const stepUp = await person.stepUp('account.add-passkey', person.id);
  await addPasskey(person.actor, { name: 'phone', response: authenticator.register(challenge), stepUp });
  return authenticator;
}

test('a passkey is both factors: it signs in whatever is locked, and steps up', async () => {
  const person = await personFixture('risk-officer');
  const authenticator = await withPasskey(person);
  await sql`insert into factor_throttles (key, recent, last_try_at, consecutive, hard_locked_at)
            select kind || ':x', '[]', app.protocol_now(), 100, app.protocol_now() from unnest(array['password', 'totp']) kind`;
  const signIn = await authenticationOptions('sign-in', null);
  expect(signIn.userVerification).toBe('required');
  await expect(passkeySignIn(authenticator.answer(signIn.challenge))).resolves.toHaveProperty('ticket');
  const again = await authenticationOptions('step-up', person.id);
  const proof = { kind: 'passkey' as const, response: authenticator.answer(again.challenge) };
  await expect(
    beginStepUp(person.actor, { operation: 'checklist.sign', contentHash: 'c', proof }),
  ).resolves.toHaveProperty('token');
});

test('a challenge is answered once, in time, for its purpose; another one is refused', async () => {
  const authenticator = await withPasskey(await personFixture());
  const { challenge } = await authenticationOptions('sign-in', null);
  const results = await Promise.allSettled(
    Array.from({ length: 8 }, () => passkeySignIn(authenticator.answer(challenge))),
  );
  expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  await expect(passkeySignIn(authenticator.answer('bm90LW91cnM'))).rejects.toMatchObject(refused);
  const stale = await authenticationOptions('sign-in', null);
  await sql`update webauthn_challenges set expires_at = app.protocol_now() - interval '1 second' where challenge = ${stale.challenge}`;
  await expect(passkeySignIn(authenticator.answer(stale.challenge))).rejects.toMatchObject(refused);
  const other = await authenticationOptions('step-up', null);
  await expect(passkeySignIn(authenticator.answer(other.challenge))).rejects.toMatchObject(refused);
});

test('challenges that nobody answered do not pile up', async () => {
  await sql`insert into webauthn_challenges (challenge, purpose, expires_at)
    select 'old ' || n, 'sign-in', app.protocol_now() - interval '1 minute' from generate_series(1, 500) n`;
  for (let n = 0; n < 50; n++) await authenticationOptions('sign-in', null);
  const [left] = await sql`select count(*)::int as n from webauthn_challenges where challenge like 'old %'`;
  expect(left!.n).toBe(0);
});

test('without verifying its user, from another origin, or for another site it is refused', async () => {
  const authenticator = await withPasskey(await personFixture());
  for (const wrong of [{ userVerified: false }, { origin: 'https://evil.example' }, { rpId: 'evil.example' }]) {
    const { challenge } = await authenticationOptions('sign-in', null);
    await expect(passkeySignIn(authenticator.answer(challenge, wrong))).rejects.toMatchObject(refused);
  }
  const forger = soft();
  const { challenge } = await authenticationOptions('sign-in', null);
  const forged = { ...forger.answer(challenge), id: Buffer.from(authenticator.id).toString('base64url') };
  await expect(passkeySignIn({ ...forged, rawId: forged.id })).rejects.toMatchObject(refused);
});

test('registration needs user verification and a challenge made for this person', async () => {
  const [person, other] = [await personFixture(), await personFixture()];
  const stepUp = await person.stepUp('account.add-passkey', person.id);
  const add = (response: ReturnType<SoftAuthenticator['register']>) =>
    addPasskey(person.actor, { name: 'x', response, stepUp });
  const { challenge } = await beginPasskey(person.actor);
  await expect(add(soft().register(challenge, { userVerified: false }))).rejects.toMatchObject(refused);
  await expect(add(soft().register((await beginPasskey(other.actor)).challenge))).rejects.toMatchObject(refused);
  await expect(add(soft().register((await beginPasskey(person.actor)).challenge))).resolves.toBeUndefined();
});

test("one person's passkey steps nobody else up, a removed one nobody, a disabled person's nobody", async () => {
  const [owner, other] = [await personFixture('manager'), await personFixture('manager')];
  const authenticator = await withPasskey(owner);
  const ask = async (person: PersonFixture) => {
    const { challenge } = await authenticationOptions('step-up', person.id);
    const proof = { kind: 'passkey' as const, response: authenticator.answer(challenge) };
    return beginStepUp(person.actor, { operation: 'x', contentHash: 'y', proof });
  };
  await expect(ask(other)).rejects.toMatchObject(refused);
  const signIn = async () =>
    passkeySignIn(authenticator.answer((await authenticationOptions('sign-in', null)).challenge));
  await sql`update people set disabled_at = app.now() where id = ${owner.id}`;
  await expect(signIn()).rejects.toMatchObject(refused);
  await sql`update people set disabled_at = null where id = ${owner.id}`;
  const id = Buffer.from(authenticator.id).toString('base64url');
  await dropPasskey(owner.actor, { id, stepUp: await owner.stepUp('account.remove-passkey', owner.id) });
  await expect(signIn()).rejects.toMatchObject(refused);
});

test('the last second factor of an account cannot be removed', async () => {
  const person = await personFixture();
  const authenticator = await withPasskey(person);
  await sql`update people set totp_secret_box = null where id = ${person.id}`;
  const id = Buffer.from(authenticator.id).toString('base64url');
  const stepUp = await person.stepUp('account.remove-passkey', person.id);
  await expect(dropPasskey(person.actor, { id, stepUp })).rejects.toMatchObject({ code: 'LAST_FACTOR' });
});
