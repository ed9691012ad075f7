import { createReadStream, existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import postgres from 'postgres';
import { type ChainRow, chainCheck } from '../audit/chain';
import { BackupManifest } from './backup-manifest';
import { migrationsOf } from './backup-store';
import { RefusedStart } from './refused-start';
import { measured } from './take-backup';

const CHUNK = 1_000;

/** Reads a backup's manifest and checks every file against it, before anything is written anywhere. */
export async function checkedManifest(folder: string): Promise<BackupManifest> {
  const file = join(folder, 'manifest.json');
  if (!existsSync(file)) throw new RefusedStart(`${folder} holds no finished backup: manifest.json is missing.`);
  const parsed = BackupManifest.safeParse(JSON.parse(readFileSync(file, 'utf8')));
  if (!parsed.success) throw new RefusedStart(`${file} is not a manifest of Going Live.`);
  for (const { name, rows, sha256 } of parsed.data.tables) {
    const found = await measure(join(folder, `${name}.copy.gz`)).catch(() => null);
    if (found?.rows !== rows || found.sha256 !== sha256) {
      throw new RefusedStart(`${name}.copy.gz is not what the manifest says: this backup is damaged or was changed.`);
    }
  }
  return parsed.data;
}

async function measure(file: string) {
  const { through, result } = measured();
  const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() });
  await pipeline(createReadStream(file), createGunzip(), through, nowhere);
  return result();
}

/**
 * Puts a checked backup into a migrated database that nobody has used, in one transaction: all of it or nothing. The
 * event chain is verified to the head of the manifest before the transaction commits.
 */
export async function restoreBackup(ownerUrl: string, folder: string, manifest: BackupManifest): Promise<void> {
  const sql = postgres(ownerUrl, { max: 1, onnotice: () => {}, connection: { TimeZone: 'UTC' } });
  try {
    await sql.begin(async (tx) => {
      await refuseUsed(tx);
      await refuseOtherSchema(tx, manifest);
      // What a new database holds of itself; the backup brings its own.
      await tx.unsafe('delete from event_head; delete from calendars; delete from installation');
      for (const [parent, month] of manifest.partitions) {
        await tx`select app.ensure_month(${parent}, ${`${month.slice(0, 4)}-${month.slice(4)}-01T00:00:00Z`}::timestamptz)`;
      }
      for (const { name, columns } of manifest.tables.filter(({ rows }) => rows > 0)) {
        const list = columns.map((column) => `"${column}"`).join(', ');
        const into = await tx.unsafe(`copy public."${name}" (${list}) from stdin`).writable();
        await pipeline(createReadStream(join(folder, `${name}.copy.gz`)), createGunzip(), into);
      }
      await verifyRestored(tx, manifest);
    });
  } finally {
    await sql.end({ timeout: 2 });
  }
}

async function refuseUsed(tx: postgres.TransactionSql): Promise<void> {
  const [used] = await tx`select 1 from people union all select 1 from events limit 1`;
  if (used) throw new RefusedStart('This database is in use: a backup goes into an empty one only.');
}

async function refuseOtherSchema(tx: postgres.TransactionSql, manifest: BackupManifest): Promise<void> {
  const here = await migrationsOf(tx);
  if (here.join() === manifest.migrations.join()) return;
  throw new RefusedStart(
    'The backup was taken by another version: restore it with that version, then start this one, which migrates it.',
  );
}

async function verifyRestored(tx: postgres.TransactionSql, manifest: BackupManifest): Promise<void> {
  const { auditHead } = manifest;
  // A backup without events has the head before the first, which no entry can match.
  const check = chainCheck(auditHead.seq > 0 ? [auditHead] : []);
  const rows = tx<ChainRow[]>`
    select seq::int as seq, id, type, actor, actor_name as "actorName", subject_kind as "subjectKind",
      subject_id as "subjectId", portfolio_id as "portfolioId", launch_id as "launchId",
      occurred_at as "occurredAt", content, previous_hash as "previousHash", hash
    from events order by seq`.cursor(CHUNK);
  for await (const chunk of rows) for (const row of chunk) check.add(row);
  const [head] = await tx<{ seq: number; hash: string }[]>`select seq::int as seq, hash from event_head where id = 1`;
  const report = check.finish(head ?? { seq: 0, hash: '' });
  const fault = report.faults[0];
  if (fault) throw new RefusedStart(`The restored event chain does not hold: ${fault.words} Nothing was restored.`);
}
