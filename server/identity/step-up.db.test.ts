import { afterAll, beforeAll, expect, test } from 'vitest';
import { closeDatabase, sql } from '@/db/client';
import { contentHash } from '../audit/canonical';
import { inTransaction } from '../kernel/transaction';
import { keyFixture, type PersonFixture, personFixture } from '../testing/people';
import { openSession } from './sessions';
import { beginStepUp, consumeStepUp } from './step-up';
import { totpCodeAt } from './totp';

afterAll(closeDatabase);

const OPERATION = 'checklist.sign';
const shown = { item: 'Rollback procedures tested', evidence: ['sha256:4410'] };
const HASH = contentHash(shown);
let signer: PersonFixture;
beforeAll(async () => {
  signer = await personFixture('risk-officer');
});

const use = (
  token: string | null,
  wish: { actor?: PersonFixture['actor']; operation?: string; contentHash?: string } = {},
) =>
  inTransaction((tx) =>
    consumeStepUp(tx, wish.actor ?? signer.actor, {
      token,
      operation: wish.operation ?? OPERATION,
      contentHash: wish.contentHash ?? HASH,
    }),
  );
const required = { code: 'STEP_UP_REQUIRED' };

test('a step-up permits one operation once; of parallel uses one passes', async () => {
  const token = await signer.stepUp(OPERATION, HASH);
  const results = await Promise.allSettled(Array.from({ length: 10 }, () => use(token)));
  expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  await expect(use(token)).rejects.toMatchObject(required);
});

test('it is void for content that was edited since, however little', async () => {
  const token = await signer.stepUp(OPERATION, HASH);
  const edited = contentHash({ ...shown, evidence: ['sha256:4411'] });
  await expect(use(token, { contentHash: edited })).rejects.toMatchObject(required);
  await expect(use(token)).resolves.toEqual({ factor: 'totp' });
});

test('it is void for another operation, person or session, and without one nothing passes', async () => {
  const token = await signer.stepUp(OPERATION, HASH);
  const other = await personFixture('risk-officer');
  const second = await openSession(signer.id, ['passkey'], { ip: '', userAgent: '' });
  for (const wish of [
    { operation: 'tranche.approve' },
    { actor: other.actor },
    { actor: { ...signer.actor, sessionId: second!.sessionId } },
  ])
    await expect(use(token, wish)).rejects.toMatchObject(required);
  for (const none of [null, '', 'made up']) await expect(use(none)).rejects.toMatchObject(required);
});

test('it runs out after two minutes of the real clock', async () => {
  const token = await signer.stepUp(OPERATION, HASH);
  const [row] = await sql`select expires_at - created_at as life from step_ups order by created_at desc limit 1`;
  expect(row!.life).toBe('00:02:00');
  await sql`update step_ups set expires_at = app.protocol_now() where used_at is null`;
  await expect(use(token)).rejects.toMatchObject(required);
});

test('a use that is rolled back was none', async () => {
  const token = await signer.stepUp(OPERATION, HASH);
  const wanted = { token, operation: OPERATION, contentHash: HASH };
  await expect(
    inTransaction(async (tx) => {
      await consumeStepUp(tx, signer.actor, wanted);
      throw new Error('gate closed');
    }),
  ).rejects.toThrow('gate closed');
  await expect(use(token)).resolves.toBeDefined();
});

test('an API key signs nothing', async () => {
  const { actor } = await keyFixture(['read']);
  const token = await signer.stepUp(OPERATION, HASH);
  await expect(
    inTransaction((tx) => consumeStepUp(tx, actor, { token, operation: OPERATION, contentHash: HASH })),
  ).rejects.toMatchObject({ code: 'FORBIDDEN' });
});

test('it is given for a right code only, recorded, and a code gives one', async () => {
  const person = await personFixture('manager');
  const ask = (code: string) =>
    beginStepUp(person.actor, { operation: OPERATION, contentHash: HASH, proof: { kind: 'totp', code } });
  await expect(ask('000000')).rejects.toMatchObject({ code: 'CODE_REFUSED' });
  const code = totpCodeAt(person.totpSecret, new Date());
  const results = await Promise.allSettled([ask(code), ask(code), ask(code)]);
  expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  const [row] =
    await sql`select count(*)::int as n from events where type = 'identity.stepped-up' and subject_id = ${person.id}`;
  expect(row!.n).toBe(1);
});
