import { createHash } from 'node:crypto';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import postgres from 'postgres';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { closeDatabase, sql } from '@/db/client';
import { verifyAudit } from '../audit/actions';
import { contentHash } from '../audit/canonical';
import { recordEvent } from '../audit/record';
import { backupHeartbeatProbe } from '../checklist/probes/backup-heartbeat.probe';
import { job } from '../kernel/actor';
import { inTransaction, readNow } from '../kernel/transaction';
import { createPortfolio } from '../portfolios/actions';
import { personFixture } from '../testing/people';
import { recordBackup, recordRehearsal, recordRestore } from './backup-actions';
import type { BackupManifest } from './backup-manifest';
import { atDatabase } from './pg-url';
import { rehearseRestore } from './rehearse-restore';
import { checkedManifest, restoreBackup } from './restore-backup';
import { takeBackup } from './take-backup';
import { temporaryFolder } from './temporary-folder';

const server = inject('databaseServer');
const admin = postgres(server.adminUrl, { max: 1, onnotice: () => {} });
const folder = temporaryFolder('backup');
const target = `${server.prefix}_restored`;
const targetUrl = atDatabase(server.ownerUrl, target);
let manifest: BackupManifest;

async function emptyTarget(): Promise<void> {
  const owner = decodeURIComponent(new URL(server.ownerUrl).username);
  await admin.unsafe(`drop database if exists ${target} with (force)`);
  await admin.unsafe(`create database ${target} owner ${owner} template ${server.template}`);
}

beforeAll(async () => {
  await personFixture({ role: 'viewer', name: 'Tab\tand line\nand \\N' });
  await sql`select app.ensure_month('snapshots', '2026-02-10T00:00:00Z')`;
  // Fills the driver's buffer in the very packet that ends the table, before anybody reads from it.
  await sql`insert into policies (id, kind, version, content, content_hash, proposed_by, created_at)
    values (gen_random_uuid(), 'large', 1, to_jsonb(repeat('x', 30000)), 'h', 'job:test', app.now())`;
  await inTransaction(async (tx) => {
    for (const note of ['first', 'second\nline', 'Ünïcode \u2028']) {
      recordEvent(tx, { type: 'test.noted', actor: job('test'), subject: { kind: 'test', id: note }, data: { note } });
    }
  });
  await createPortfolio(job('test'), {
    name: 'Restored',
    baseCurrency: 'USD',
    timeZone: 'UTC',
    calendarId: '24x7',
    sessionStart: '00:00',
    snapshotIntervalSeconds: 5,
    accountCode: 'A-1',
  });
  manifest = await takeBackup(process.env.DATABASE_OWNER_URL ?? '', folder);
});
afterAll(async () => {
  await closeDatabase();
  await admin.end();
  rmSync(folder, { recursive: true, force: true });
});

test('a restored database holds the same rows, and its chain ends at the same head', async () => {
  await emptyTarget();
  await restoreBackup(targetUrl, folder, await checkedManifest(folder));
  const restored = postgres(targetUrl, { max: 1 });
  for (const { name, rows } of manifest.tables) {
    const [row] = await restored.unsafe<{ n: number }[]>(`select count(*)::int as n from "${name}"`);
    expect(row?.n, name).toBe(rows);
  }
  const [person] = await restored<{ name: string }[]>`select name from people`;
  expect(person?.name).toBe('Tab\tand line\nand \\N');
  const [last] = await restored<{ hash: string }[]>`select hash from events order by seq desc limit 1`;
  expect(last?.hash).toBe(manifest.auditHead.hash);
  const [partition] = await restored`select to_regclass('public.snapshots_202602') is not null as made`;
  expect(partition?.made).toBe(true);
  await restored.end();
});

test('a database in use is never restored over', async () => {
  await expect(restoreBackup(targetUrl, folder, manifest)).rejects.toThrow(/in use/);
});

test('a changed file is refused before anything is written', async () => {
  const file = join(folder, 'people.copy.gz');
  const original = readFileSync(file);
  writeFileSync(file, gzipSync(gunzipSync(original).toString().replace('desk.example', 'desk.exemple')));
  await expect(checkedManifest(folder)).rejects.toThrow(/people.copy.gz is not what the manifest says/);
  writeFileSync(file, original);
  await expect(checkedManifest(folder)).resolves.toBeDefined();
});

test('an event edited in the backup, manifest and all, does not come back: nothing is restored', async () => {
  await emptyTarget();
  const file = join(folder, 'events.copy.gz');
  const forged = gunzipSync(readFileSync(file)).toString().replaceAll('first', 'forst');
  writeFileSync(file, gzipSync(forged));
  const sha256 = createHash('sha256').update(forged).digest('hex');
  const tables = manifest.tables.map((table) => (table.name === 'events' ? { ...table, sha256 } : table));
  writeFileSync(join(folder, 'manifest.json'), JSON.stringify({ ...manifest, tables }));
  await expect(restoreBackup(targetUrl, folder, await checkedManifest(folder))).rejects.toThrow(/does not hold/);
  const restored = postgres(targetUrl, { max: 1 });
  expect(await restored`select 1 from people union all select 1 from events`).toHaveLength(0);
  await restored.end();
});

test('a backup and a restore tell the chain, and the checklist sees both, each for itself', async () => {
  const params = { sources: [], maximumBackupAgeHours: 24, maximumRestoreTestAgeDays: 35 };
  const look = async () => {
    const none = { launchId: '', itemId: '', portfolioId: '', strategyId: '', releaseId: '', backtestIds: [] };
    return backupHeartbeatProbe.check(params, { ...none, now: await readNow() });
  };
  expect(await look()).toMatchObject({ verdict: 'unknown', summary: 'No backup has reported yet' });
  await recordBackup(manifest);
  expect(await look()).toMatchObject({ verdict: 'unknown', summary: 'No restore test has reported yet' });
  await recordRestore(manifest);
  expect(await look()).toMatchObject({ verdict: 'good' });
  const told = await sql`select type, actor, content from events where type like 'backup.%' order by seq`;
  expect(told.map(({ type, actor }) => [type, actor])).toEqual([
    ['backup.completed', 'job:backup'],
    ['backup.restore-verified', 'job:backup'],
  ]);
  const { data } = JSON.parse(told[0]?.content);
  expect(data).toMatchObject({ takenAt: manifest.takenAt, auditHead: manifest.auditHead });
  expect((await verifyAudit(job('test'))).ok).toBe(true);
});

test('a rehearsal restores elsewhere, leaves the database in use alone, and is stated in its chain', async () => {
  const place = temporaryFolder('rehearsed');
  try {
    const fresh = await takeBackup(process.env.DATABASE_OWNER_URL ?? '', place);
    const [before] = await sql`select count(*)::int as n from events`;
    await rehearseRestore(place, await checkedManifest(place));
    expect((await sql`select count(*)::int as n from events`)[0]).toEqual(before);
    await recordRehearsal(fresh, 'ops at db-1');
    const [told] =
      await sql`select content from events where type = 'backup.restore-verified' order by seq desc limit 1`;
    expect(JSON.parse(told?.content).data).toMatchObject({
      isRehearsal: true,
      statedBy: 'ops at db-1',
      manifestHash: contentHash(fresh),
    });
    const strange = { ...fresh, auditHead: { ...fresh.auditHead, hash: 'a'.repeat(64) } };
    await expect(recordRehearsal(strange, 'ops')).rejects.toThrow(/not of this installation/);
  } finally {
    rmSync(place, { recursive: true, force: true });
  }
}, 60_000);
