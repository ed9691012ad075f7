import { afterAll, expect, test } from 'vitest';
import { closeDatabase, sql } from '@/db/client';
import { registerEngine, rotateSecret } from '../engines/actions';
import { job } from '../kernel/actor';
import { createChannel, editChannel, rotateWebhookSecret } from '../notifications/actions';
import { createPortfolio } from '../portfolios/actions';
import { FIXTURE_PASSWORD, keyFixture, personFixture } from '../testing/people';
import { beginTotpChange, renewRecoveryCodes } from './account-actions';
import { createFirstAdmin } from './auth-first-run';
import { open } from './secret-box';
import { resealSecrets, SECRET_COLUMNS } from './secret-box-rotation';

afterAll(closeDatabase);

/** Every value of every table, as a dump would hold it. */
async function dump(): Promise<string> {
  const tables =
    await sql`select table_name as name from information_schema.tables where table_schema = 'public' and table_type = 'BASE TABLE'`;
  const rows = await Promise.all(
    tables.map(({ name }) => sql`select row_to_json(t)::text as text from ${sql(name)} t`),
  );
  return rows
    .flat()
    .map(({ text }) => text)
    .join('\n');
}

test('a dump holds no password, TOTP seed, recovery code, session token, ticket, step-up or API key in clear', async () => {
  const { ticket } = await createFirstAdmin({ name: 'RB', email: 'rb@desk.example', password: FIXTURE_PASSWORD });
  const person = await personFixture('risk-officer');
  const { key } = await keyFixture(['read']);
  const { recoveryCodes } = await renewRecoveryCodes(person.actor, {
    stepUp: await person.stepUp('account.renew-recovery-codes', person.id),
  });
  const stepUp = await person.stepUp('account.replace-totp', person.id);
  const change = await beginTotpChange(person.actor, { stepUp });
  const unused = await person.stepUp('checklist.sign', 'hash');
  const text = await dump();
  const secrets = [
    FIXTURE_PASSWORD,
    person.totpSecret,
    change.secret,
    change.ticket,
    ticket,
    person.claim.token,
    stepUp,
    unused,
    key,
    key.split('_')[2]!,
    ...recoveryCodes,
    ...recoveryCodes.map((code) => code.replace('-', '')),
  ];
  expect(text).toContain(person.email);
  expect(secrets.filter((secret) => text.includes(secret))).toEqual([]);
});

test('nor the password of a mail server, nor the secrets of webhooks and engines, old and new', async () => {
  process.env.OUTBOUND_ALLOW = '127.0.0.1/32:8899';
  const admin = await personFixture('admin');
  const portfolioId = await createPortfolio(job('test'), {
    name: 'Sealed',
    baseCurrency: 'USD',
    timeZone: 'UTC',
    calendarId: '24x7',
    sessionStart: '00:00',
    snapshotIntervalSeconds: 5,
    accountCode: 'main',
  });
  const url = 'http://127.0.0.1:8899';
  const common = { level: 0, minimumSeverity: 'low', portfolioId: null } as const;
  const mail = {
    ...common,
    name: 'mail',
    target: {
      kind: 'email' as const,
      config: {
        host: 'smtp.desk.example',
        port: 465,
        security: 'tls' as const,
        username: 'going-live',
        from: 'a@desk.example',
        to: ['b@desk.example'],
      },
    },
    secret: 'first password of the mail server',
  };
  const { id: mailId } = await createChannel(admin.actor, mail);
  await editChannel(admin.actor, mailId, { ...mail, secret: 'second password of the mail server' });
  const hook = await createChannel(admin.actor, {
    ...common,
    name: 'hook',
    target: { kind: 'webhook', config: { url: 'https://hooks.example.com/a' } },
  });
  const rotated = await rotateWebhookSecret(admin.actor, hook.id);
  const engine = await registerEngine(admin.actor, {
    portfolioId,
    name: 'engine',
    url,
    roles: ['trading_engine'],
    isDrillTarget: false,
  });
  const renewed = await rotateSecret(admin.actor, engine.engineId);
  const text = await dump();
  expect(text).toContain('smtp.desk.example');
  expect(text).not.toMatch(/password of the mail server/);
  for (const secret of [hook.shownOnce!, rotated.shownOnce, engine.secret, renewed.secret]) {
    expect(text.includes(secret)).toBe(false);
    expect(text.includes(secret.replace('whsec_', ''))).toBe(false);
  }
});

test('every sealed column of the schema is known to the rotation', async () => {
  const columns = await sql`
    select table_name || '.' || column_name as name from information_schema.columns
    where table_schema = 'public' and column_name like '%\\_box' order by 1`;
  // A ticket lives for minutes: it ends before a key is taken out of the ring.
  const known = [...SECRET_COLUMNS.map(({ table, column }) => `${table}.${column}`), 'sign_in_tickets.secret_box'];
  expect(columns.map(({ name }) => name)).toEqual(known.sort());
});

test('two rows whose boxes were exchanged open for neither', async () => {
  const [one, two] = [await personFixture(), await personFixture()];
  const box = async (id: string) =>
    (await sql`select totp_secret_box as box from people where id = ${id}`)[0]!.box as string;
  const place = (id: string) => ({ table: 'people', id, column: 'totp_secret_box' });
  expect(open(await box(one.id), place(one.id))).toBe(one.totpSecret);
  const swapped = await box(two.id);
  expect(() => open(swapped, place(one.id))).toThrow(/cannot be read/);
});

test('after a rotation every box opens with the new key alone', async () => {
  const person = await personFixture();
  const old = process.env.SECRETS_KEYS!;
  const next = `test2:${Buffer.alloc(32, 7).toString('base64')}`;
  process.env.SECRETS_KEYS = `${next},${old}`;
  const first = await resealSecrets();
  expect(first.resealed).toBeGreaterThan(0);
  expect((await resealSecrets()).resealed).toBe(0);
  process.env.SECRETS_KEYS = next;
  const [row] = await sql`select totp_secret_box as box from people where id = ${person.id}`;
  expect(open(row!.box, { table: 'people', id: person.id, column: 'totp_secret_box' })).toBe(person.totpSecret);
  process.env.SECRETS_KEYS = `${next},${old}`;
});
