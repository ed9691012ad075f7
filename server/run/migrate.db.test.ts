import postgres from 'postgres';
import { afterAll, expect, test } from 'vitest';
import { markDatabase, readMark } from './database-mark';
import { migrateDatabase, versionRefusal } from './migrate';

const urls = { ownerUrl: process.env.DATABASE_OWNER_URL ?? '', appUrl: process.env.DATABASE_URL ?? '' };
const app = postgres(urls.appUrl, { max: 1 });
const owner = postgres(urls.ownerUrl, { max: 1 });
let original = '';
afterAll(() => Promise.all([app.end(), owner.end()]));

test('the application role reads events and can change neither them, their head nor the mark', async () => {
  await expect(app`select * from events`).resolves.toBeDefined();
  for (const statement of [
    'update events set type = type',
    'delete from events',
    'truncate events',
    'update event_head set seq = seq',
    "update installation set value = 'live'",
    "insert into installation (key, value) values ('kind', 'demo')",
    'delete from drizzle.__drizzle_migrations',
  ]) {
    await expect(app.unsafe(statement), statement).rejects.toThrow(/permission denied/);
  }
});

test('migrating a current database applies nothing and keeps the mark', async () => {
  const again = await Promise.all([migrateDatabase(urls), migrateDatabase(urls)]);
  expect(again).toEqual([
    { applied: 0, isChainProtected: true },
    { applied: 0, isChainProtected: true },
  ]);
  await markDatabase(urls.ownerUrl, 'live');
  expect(await readMark(urls.ownerUrl)).toBe('test');
});

test('one address for owner and application is told as an unprotected chain', async () => {
  const single = await migrateDatabase({ ownerUrl: urls.ownerUrl, appUrl: urls.ownerUrl });
  expect(single.isChainProtected).toBe(false);
});

test('a database whose migrations this version does not know is refused', async () => {
  const [row] = await owner<{ hash: string }[]>`select hash from drizzle.__drizzle_migrations where id = 1`;
  original = row?.hash ?? '';
  await owner`update drizzle.__drizzle_migrations set hash = 'another' where id = 1`;
  await expect(migrateDatabase(urls)).rejects.toThrow(/does not know/);
});

test('domain time moves in a marked database; protocol time does not', async () => {
  await app`select app.shift_clock('2 days')`;
  const [row] = await app<{ days: number }[]>`
    select round(extract(epoch from app.now() - app.protocol_now()) / 86400)::int as days`;
  expect(row?.days).toBe(2);
});

test('an instance that has the application address only starts on a current database', async () => {
  await owner`update drizzle.__drizzle_migrations set hash = ${original} where id = 1`;
  const alone = await migrateDatabase({ ownerUrl: urls.appUrl, appUrl: urls.appUrl });
  expect(alone).toEqual({ applied: 0, isChainProtected: true });
});

test('on a database with migrations to make, a user who may not make them is told to use the owner', async () => {
  await owner`delete from drizzle.__drizzle_migrations where id = (select max(id) from drizzle.__drizzle_migrations)`;
  const refused = migrateDatabase({ ownerUrl: urls.appUrl, appUrl: urls.appUrl });
  await expect(refused).rejects.toThrow(/DATABASE_OWNER_URL/);
});

test('PostgreSQL 14 is refused by name, 15 and 18 are not', () => {
  expect(versionRefusal(140_011, '14.11')).toMatch(/PostgreSQL 14.11 is too old/);
  expect(versionRefusal(150_000, '15.0')).toBeNull();
  expect(versionRefusal(180_004, '18.4')).toBeNull();
});
