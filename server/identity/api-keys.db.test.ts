import postgres from 'postgres';
import { afterAll, expect, test } from 'vitest';
import { closeDatabase, sql } from '@/db/client';
import { job } from '../kernel/actor';
import { newId } from '../kernel/ids';
import { riskWorld } from '../risk/testing/risk-world';
import { keyFixture, type PersonFixture, personFixture } from '../testing/people';
import { approveKey, createKey, keyHash, revokeKey, rotateKey, storedKeyHash } from './api-key-actions';
import { newKey } from './api-key-format';
import { listKeys } from './api-key-store';
import { authenticateKey } from './api-keys';
import type { KeyScope } from './key-scopes';

const owner = postgres(process.env.DATABASE_OWNER_URL!, { max: 1, onnotice: () => {} });
afterAll(async () => {
  await owner.end();
  await closeDatabase();
});

const request = (authorization?: string) =>
  new Request('http://localhost:3000/api/v1/snapshots', {
    method: 'POST',
    headers: authorization ? { authorization } : {},
  });
const show = (key: string, scope: KeyScope = 'snapshots:write') => authenticateKey(request(`Bearer ${key}`), scope);
const inDays = (days: number) => new Date(Date.now() + days * 86_400_000);
const wishOf = (scopes: KeyScope[]) => ({ name: 'feeder', scopes, portfolioId: null, expiresAt: inDays(30) });

async function make(person: PersonFixture, scopes: KeyScope[]) {
  const wish = wishOf(scopes);
  return createKey(person.actor, { ...wish, stepUp: await person.stepUp('key.manage', keyHash(wish)) });
}
const hashOf = async (id: string) => storedKeyHash((await listKeys()).find((key) => key.id === id)!);

test('a key opens what its scopes name and nothing else', async () => {
  const { key, actor } = await keyFixture(['snapshots:write']);
  expect(await show(key)).toEqual(actor);
  await expect(show(key, 'orders:check')).rejects.toMatchObject({ kind: 'forbidden' });
  await expect(show((await keyFixture([])).key)).rejects.toMatchObject({ kind: 'forbidden' });
});

test('a malformed or mistyped key is refused without asking the database', async () => {
  const { key } = await keyFixture(['snapshots:write']);
  const bad = [
    undefined,
    'Bearer',
    'Basic abc',
    `Bearer ${key.slice(0, -1)}x`,
    `Bearer ${key}0`,
    `Bearer ${key} ${key}`,
  ];
  // Nobody can read the table meanwhile: whoever asked it would wait for ever.
  await owner.begin(async (tx) => {
    await tx`lock table api_keys in access exclusive mode`;
    for (const header of bad)
      await expect(authenticateKey(request(header), 'read')).rejects.toMatchObject({ kind: 'unauthenticated' });
  });
});

test('an unknown key with a right checksum, an expired and a revoked one are 401', async () => {
  await expect(show(newKey().key)).rejects.toMatchObject({ kind: 'unauthenticated' });
  const admin = await personFixture('admin');
  const made = await make(admin, ['snapshots:write']);
  await expect(show(made.key)).resolves.toBeDefined();
  await revokeKey(admin.actor, { id: made.id });
  await expect(show(made.key)).rejects.toMatchObject({ kind: 'unauthenticated' });
  const { key, actor } = await keyFixture(['snapshots:write']);
  await sql`update api_keys set expires_at = app.protocol_now() where id = ${actor.keyId}`;
  await expect(show(key)).rejects.toMatchObject({ kind: 'unauthenticated' });
});

test('only its SHA-256 is stored, and no event or list carries it', async () => {
  const made = await make(await personFixture('admin'), ['read']);
  const rows = await sql`select row_to_json(k)::text as text from api_keys k union all select content from events`;
  const secret = made.key.split('_')[2]!;
  expect(rows.filter(({ text }) => text.includes(secret))).toEqual([]);
  expect(JSON.stringify(await listKeys())).not.toMatch(/secretHash|secret_hash/);
});

test('its last use is noted, at most once a minute', async () => {
  const { key, actor } = await keyFixture(['snapshots:write']);
  await Promise.all(Array.from({ length: 5 }, () => show(key)));
  const noted = async () => (await sql`select last_used_at, xmin::text from api_keys where id = ${actor.keyId}`)[0]!;
  const first = await noted();
  expect(first.last_used_at).not.toBeNull();
  await show(key);
  expect(await noted()).toEqual(first);
  await sql`update api_keys set last_used_at = last_used_at - interval '61 seconds' where id = ${actor.keyId}`;
  await show(key);
  expect((await noted()).xmin).not.toBe(first.xmin);
  expect(Date.parse((await noted()).last_used_at)).toBeGreaterThanOrEqual(Date.parse(first.last_used_at));
});

test('an end is mandatory, in the future, and a year off at most; a key without leave is not made', async () => {
  const admin = await personFixture('admin');
  for (const change of [{ expiresAt: inDays(-1) }, { expiresAt: inDays(400) }, { scopes: [] }]) {
    const wish = { ...wishOf(['read']), ...change };
    const stepUp = await admin.stepUp('key.manage', keyHash(wish));
    await expect(createKey(admin.actor, { ...wish, stepUp })).rejects.toMatchObject({ code: 'INVALID' });
  }
  await expect(createKey(admin.actor, wishOf(['read']))).rejects.toMatchObject({ code: 'STEP_UP_REQUIRED' });
  const quant = await personFixture('quant');
  await expect(createKey(quant.actor, wishOf(['read']))).rejects.toMatchObject({ code: 'FORBIDDEN' });
});

test('a trading scope waits for a risk officer who did not make it', async () => {
  const [admin, other, risk] = [
    await personFixture('admin'),
    await personFixture('admin'),
    await personFixture('risk-officer'),
  ];
  const made = await make(admin, ['orders:check']);
  expect(made.isApproved).toBe(false);
  await expect(show(made.key, 'orders:check')).rejects.toMatchObject({ kind: 'forbidden' });
  const approve = async (person: PersonFixture) =>
    approveKey(person.actor, { id: made.id, stepUp: await person.stepUp('key.manage', await hashOf(made.id)) });
  await expect(approve(admin)).rejects.toMatchObject({ code: 'SELF_APPROVAL' });
  await expect(approve(other)).rejects.toMatchObject({ code: 'FORBIDDEN' });
  await approve(risk);
  await expect(show(made.key, 'orders:check')).resolves.toBeDefined();
});

test('a risk officer alone makes none that works: it takes a second person', async () => {
  const [risk, admin] = [await personFixture('risk-officer'), await personFixture('admin')];
  const made = await make(risk, ['sizing:run']);
  await expect(show(made.key, 'sizing:run')).rejects.toMatchObject({ kind: 'forbidden' });
  await approveKey(admin.actor, { id: made.id, stepUp: await admin.stepUp('key.manage', await hashOf(made.id)) });
  await expect(show(made.key, 'sizing:run')).resolves.toBeDefined();
});

test('rotation leaves the old key a day, and gives its successor the same leave', async () => {
  const admin = await personFixture('admin');
  const old = await make(admin, ['snapshots:write']);
  const expiresAt = inDays(60);
  const stepUp = await admin.stepUp('key.manage', keyHash({ ...wishOf(['snapshots:write']), expiresAt }));
  const next = await rotateKey(admin.actor, { id: old.id, expiresAt, stepUp });
  expect(await show(next.key)).toMatchObject({ scopes: ['snapshots:write'] });
  await expect(show(old.key)).resolves.toBeDefined();
  expect(next.oldEndsAt.getTime() - Date.now()).toBeLessThanOrEqual(24 * 3_600_000);
  await sql`update api_keys set expires_at = app.protocol_now() where id = ${old.id}`;
  await expect(show(old.key)).rejects.toMatchObject({ kind: 'unauthenticated' });
  await expect(show(next.key)).resolves.toBeDefined();
});

test('a key may name an engine of its portfolio: it is signed for, shown and handed on, and no other engine is taken', async () => {
  const { engineId, portfolioId } = await riskWorld();
  const elsewhere = await riskWorld();
  const admin = await personFixture('admin');
  const named = async (wish: { portfolioId: string | null; engineId: string }) => {
    const whole = { ...wishOf(['snapshots:write']), ...wish };
    return createKey(admin.actor, { ...whole, stepUp: await admin.stepUp('key.manage', keyHash(whole)) });
  };
  for (const wish of [
    { portfolioId, engineId: elsewhere.engineId },
    { portfolioId: null, engineId },
    { portfolioId, engineId: newId() },
  ])
    await expect(named(wish)).rejects.toMatchObject({
      code: 'INVALID',
      data: { fields: { engineId: [expect.stringContaining('engine')] } },
    });
  const made = await named({ portfolioId, engineId });
  expect(await show(made.key)).toMatchObject({ portfolioId, engineId });
  expect((await listKeys()).find(({ id }) => id === made.id)).toMatchObject({ engineId, engineName: 'paper' });
  const without = keyHash({ ...wishOf(['read']), expiresAt: new Date(0) });
  expect(keyHash({ ...wishOf(['read']), engineId: null, expiresAt: new Date(0) })).toBe(without);
  expect(keyHash({ ...wishOf(['read']), engineId, expiresAt: new Date(0) })).not.toBe(without);
  const wish = { ...wishOf(['snapshots:write']), portfolioId, engineId, expiresAt: inDays(60) };
  const stepUp = await admin.stepUp('key.manage', keyHash(wish));
  const next = await rotateKey(admin.actor, { id: made.id, expiresAt: wish.expiresAt, stepUp });
  expect(await show(next.key)).toMatchObject({ engineId });
  await sql`update engines set disabled_at = app.now() where id = ${engineId}`;
  await expect(named({ portfolioId, engineId })).rejects.toMatchObject({ code: 'INVALID' });
});

test('the installation itself makes a key that works at once', async () => {
  const made = await createKey(job('install'), wishOf(['snapshots:write', 'orders:check']));
  await expect(show(made.key, 'orders:check')).resolves.toBeDefined();
});
