import postgres from 'postgres';
import { afterAll, expect, test } from 'vitest';
import { closeDatabase, sql } from '@/db/client';

const owner = postgres(process.env.DATABASE_OWNER_URL!, { max: 1, onnotice: () => {} });
afterAll(async () => {
  await owner.end();
  await closeDatabase();
});

test('every function that runs with its owner’s rights looks among temporary things last', async () => {
  const rows = await owner<{ name: string; paths: string[] }[]>`
    select p.oid::regprocedure::text as name, array(select c from unnest(p.proconfig) c where c like 'search_path=%') as paths
    from pg_proc p where p.prosecdef and p.pronamespace not in ('pg_catalog'::regnamespace, 'information_schema'::regnamespace)`;
  expect(rows.length).toBeGreaterThan(3);
  for (const { name, paths } of rows)
    expect([name, ...paths]).toEqual([name, 'search_path=pg_catalog, app, public, pg_temp']);
});

test('one that is replaced without it is sealed again by the next migration', async () => {
  await owner`alter function app.now() reset search_path`;
  await owner`alter function app.now() set jit = off`;
  await owner`select app.seal_functions()`;
  const [row] = await owner`select proconfig from pg_proc where oid = 'app.now()'::regprocedure`;
  expect(row!.proconfig.toSorted()).toEqual(['jit=off', 'search_path=pg_catalog, app, public, pg_temp']);
  await owner`alter function app.now() reset jit`;
  await expect(sql`select app.seal_functions()`).rejects.toThrow(/permission denied/);
  const [may] =
    await owner`select has_database_privilege('going_live_app', current_database(), 'TEMPORARY') as temporary`;
  expect(may!.temporary).toBe(false);
});

test('a type of the caller’s own is not taken for one of the database’s, so no code of the caller’s runs as the owner', async () => {
  // As in a database whose owner could not take the right away.
  await owner.unsafe(`grant temporary on database ${new URL(process.env.DATABASE_URL!).pathname.slice(1)} to public`);
  const ranAs: string[] = [];
  const app = postgres(process.env.DATABASE_URL!, { max: 1, onnotice: ({ message }) => ranAs.push(String(message)) });
  await app.unsafe(`create function pg_temp.foreign_code(v pg_catalog.uuid) returns boolean language plpgsql as $f$
    begin raise notice '%', current_user; return true; end $f$`);
  await app.unsafe('create domain pg_temp.uuid as pg_catalog.uuid check (pg_temp.foreign_code(value))');
  const [{ as_app: control } = { as_app: '' }] =
    await app`select current_user as as_app, '018f0000-0000-7000-8000-000000000000'::uuid`;
  expect(ranAs).toEqual([control]);
  const content = JSON.stringify({
    id: '018f0000-0000-7000-8000-000000000001',
    type: 'test.happened',
    actor: 'job:test',
    actorName: 'test',
    subject: { kind: 'test', id: '1' },
    occurredAt: '2026-01-01T00:00:00Z',
  });
  await app`select app.append_event(${content})`;
  await app`select app.now(), app.ensure_month('snapshots', '2026-01-01')`;
  expect(ranAs).toEqual([control]);
  await app.end();
});

test('a partition is made for months that rows may lie in only', async () => {
  for (const month of ['0200-01-05T00:00:00Z', '1999-12-31T23:59:59Z', '2999-01-01T00:00:00Z'])
    await expect(sql`select app.ensure_month('snapshots', ${month})`).rejects.toThrow(/no rows are kept/);
  expect((await sql`select app.ensure_month('snapshots', '2000-01-01T00:00:00Z') as name`)[0]!.name).toBe(
    'snapshots_200001',
  );
});
