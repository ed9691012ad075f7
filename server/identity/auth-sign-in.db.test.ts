import { afterAll, expect, test } from 'vitest';
import { closeDatabase, sql } from '@/db/client';
import { FIXTURE_PASSWORD, personFixture } from '../testing/people';
import { openSessionFromTicket, passwordStep, secondFactor } from './auth-sign-in';
import { nobodyKey, throttleKey } from './factors';
import { lookAt } from './sessions';
import { NOBODIES_AT_MOST, takeAttempt } from './throttle-store';
import { totpCodeAt } from './totp';

afterAll(closeDatabase);

const from = { ip: '127.0.0.1', userAgent: 'test' };
const codeOf = (secret: string, stepsAway = 0) => totpCodeAt(secret, new Date(Date.now() + stepsAway * 30_000));
const codeOfError = (error: { code?: string }) => error.code;

test('password, then code, then one session for one ticket', async () => {
  const person = await personFixture('engineer');
  const first = await passwordStep({ email: person.email.toUpperCase(), password: FIXTURE_PASSWORD });
  expect(first).toMatchObject({ next: 'second-factor', factors: ['totp', 'recovery'] });
  const { ticket } = await secondFactor({ ticket: first.ticket, kind: 'totp', code: codeOf(person.totpSecret) });
  const opened = await Promise.all(Array.from({ length: 5 }, () => openSessionFromTicket(ticket, from)));
  const claims = opened.filter((claim) => claim !== null);
  expect(claims).toHaveLength(1);
  const live = await lookAt(claims[0]!, new Date());
  expect(live?.actor).toMatchObject({ personId: person.id, grants: [{ role: 'engineer', portfolioId: null }] });
  expect(live?.session).toMatchObject({ locked: false, factors: ['password', 'totp'] });
});

test('a password alone opens no session, and the ticket of one step is refused by another', async () => {
  const person = await personFixture('viewer');
  const first = await passwordStep({ email: person.email, password: FIXTURE_PASSWORD });
  expect(await openSessionFromTicket(first.ticket, from)).toBeNull();
});

test('unknown, disabled and wrong are answered alike, word for word', async () => {
  const [known, disabled] = [await personFixture(), await personFixture()];
  await sql`update people set disabled_at = app.now() where id = ${disabled.id}`;
  const answers = await Promise.all(
    [
      { email: known.email, password: 'not the password' },
      { email: disabled.email, password: FIXTURE_PASSWORD },
      { email: 'nobody@desk.example', password: FIXTURE_PASSWORD },
    ].map((input) => passwordStep(input).catch(({ code, message, data }) => ({ code, message, data }))),
  );
  expect(answers[0]).toMatchObject({ code: 'SIGN_IN_REFUSED', data: { triesLeft: 4 } });
  expect(answers[1]).toEqual(answers[0]);
  expect(answers[2]).toEqual(answers[0]);
});

test('of 20 parallel submits of one valid code exactly one passes, and reuse is recorded', async () => {
  const person = await personFixture('manager');
  const { ticket } = await passwordStep({ email: person.email, password: FIXTURE_PASSWORD });
  const code = codeOf(person.totpSecret);
  const results = await Promise.allSettled(
    Array.from({ length: 20 }, () => secondFactor({ ticket, kind: 'totp', code })),
  );
  expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  const again = await passwordStep({ email: person.email, password: FIXTURE_PASSWORD });
  await expect(secondFactor({ ticket: again.ticket, kind: 'totp', code })).rejects.toMatchObject({
    code: 'CODE_REUSED',
  });
  const [row] =
    await sql`select count(*)::int as n from events where type = 'identity.totp-reused' and subject_id = ${person.id}`;
  expect(row!.n).toBeGreaterThan(0);
});

test('codes count one step either way and no further', async () => {
  for (const [steps, passes] of [
    [-2, false],
    [-1, true],
    [0, true],
    [1, true],
    [2, false],
  ] as const) {
    const person = await personFixture();
    const { ticket } = await passwordStep({ email: person.email, password: FIXTURE_PASSWORD });
    const result = await secondFactor({ ticket, kind: 'totp', code: codeOf(person.totpSecret, steps) }).catch(
      codeOfError,
    );
    expect([steps, typeof result === 'object']).toEqual([steps, passes]);
  }
});

test('five wrong codes lock the code for 15 min, on every instance; the password and live sessions stay', async () => {
  const person = await personFixture('risk-officer');
  const { ticket } = await passwordStep({ email: person.email, password: FIXTURE_PASSWORD });
  const wrong = () => secondFactor({ ticket, kind: 'totp', code: '000000' }).catch((error) => error);
  const answers = [];
  for (let i = 0; i < 5; i++) answers.push((await wrong()).data.triesLeft);
  expect(answers).toEqual([4, 3, 2, 1, 0]);
  const right = () => secondFactor({ ticket, kind: 'totp', code: codeOf(person.totpSecret) });
  await expect(right()).rejects.toMatchObject({ code: 'FACTOR_LOCKED', kind: 'too-many' });
  expect(await lookAt(person.claim, new Date())).not.toBeNull();
  await passwordStep({ email: person.email, password: FIXTURE_PASSWORD });
  await sql`update factor_throttles set locked_until = app.protocol_now() - interval '1 second' where key = ${throttleKey('totp', person.id)}`;
  await expect(right()).resolves.toHaveProperty('ticket');
});

test('a hundred wrong in a row lock hard, however slowly they come', async () => {
  const person = await personFixture();
  const key = throttleKey('password', person.email);
  const wrong = () => passwordStep({ email: person.email, password: 'wrong' }).catch((error) => error);
  await wrong();
  await sql`update factor_throttles set consecutive = 99, recent = '[]' where key = ${key}`;
  await wrong();
  await sql`update factor_throttles set locked_until = null where key = ${key}`;
  const refused = await passwordStep({ email: person.email, password: FIXTURE_PASSWORD }).catch((error) => error);
  expect(refused.message).toMatch(/100 wrong tries/);
});

test('tries at made-up addresses are counted, and of their counts only so many are kept', async () => {
  await sql`insert into factor_throttles (key, recent, last_try_at, consecutive)
    select 'nobody:' || n, '[]', app.protocol_now() - interval '1 hour' - make_interval(secs => n), 1 from generate_series(1, ${NOBODIES_AT_MOST + 500}) n`;
  const person = await personFixture();
  await passwordStep({ email: person.email, password: 'wrong' }).catch(codeOfError);
  // They are counted from time to time, not at each try.
  for (let n = 0; n < 50; n++) await takeAttempt(nobodyKey(`made-up-${n}@desk.example`), new Date());
  const answers = [];
  for (let i = 0; i < 6; i++)
    answers.push(await passwordStep({ email: 'made-up@desk.example', password: 'wrong' }).catch(codeOfError));
  expect(answers).toEqual([...Array(5).fill('SIGN_IN_REFUSED'), 'FACTOR_LOCKED']);
  const [rows] = await sql`select count(*)::int as n from factor_throttles where key like 'nobody:%'`;
  expect(rows!.n).toBeLessThanOrEqual(NOBODIES_AT_MOST + 50);
  const [known] = await sql`select 1 from factor_throttles where key = ${throttleKey('password', person.email)}`;
  expect(known).toBeDefined();
});
