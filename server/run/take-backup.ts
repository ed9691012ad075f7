import { createHash } from 'node:crypto';
import { createWriteStream, mkdirSync, readdirSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import postgres from 'postgres';
import type { BackupManifest } from './backup-manifest';
import { migrationsOf, partitionsOf, type Table, tablesInOrder } from './backup-store';
import { RefusedStart } from './refused-start';

const NEW_LINE = 10;

/** Counts rows (COPY text has one line each) and hashes what passes through. */
export function measured(): { through: Transform; result: () => { rows: number; sha256: string } } {
  const hash = createHash('sha256');
  let rows = 0;
  const through = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      hash.update(chunk);
      for (const byte of chunk) if (byte === NEW_LINE) rows += 1;
      done(null, chunk);
    },
  });
  return { through, result: () => ({ rows, sha256: hash.digest('hex') }) };
}

/**
 * Copies every table into `folder` as of one instant, while work goes on. The manifest is written last and names the
 * rows and SHA-256 of each file and the head of the event chain. Secrets stay sealed: their keys are not in it.
 */
export async function takeBackup(ownerUrl: string, folder: string): Promise<BackupManifest> {
  mkdirSync(folder, { recursive: true });
  if (readdirSync(folder).length > 0) throw new RefusedStart(`${folder} is not empty: name a new folder.`);
  const sql = postgres(ownerUrl, { max: 1, onnotice: () => {}, connection: { TimeZone: 'UTC' } });
  try {
    return await sql.begin('isolation level repeatable read read only', async (tx) => {
      const [head] = await tx<{ seq: string; hash: string; server: string; at: Date }[]>`
        select seq, hash, version() as server, app.protocol_now() as at from event_head where id = 1`;
      if (!head) throw new RefusedStart('This database has no event chain: it is not one of Going Live.');
      const tables: BackupManifest['tables'] = [];
      for (const table of await tablesInOrder(tx)) tables.push(await copyOut(tx, table, folder));
      const manifest: BackupManifest = {
        format: 'going-live-backup-1',
        takenAt: new Date(head.at).toISOString(),
        server: head.server,
        migrations: await migrationsOf(tx),
        partitions: await partitionsOf(tx),
        tables,
        auditHead: { seq: Number(head.seq), hash: head.hash },
      };
      const part = join(folder, 'manifest.part');
      writeFileSync(part, `${JSON.stringify(manifest, null, 2)}\n`, { mode: 0o600 });
      renameSync(part, join(folder, 'manifest.json'));
      return manifest;
    });
  } finally {
    await sql.end({ timeout: 2 });
  }
}

async function copyOut(tx: postgres.TransactionSql, { name, columns }: Table, folder: string) {
  const list = columns.map((column) => `"${column}"`).join(', ');
  const rows = await tx.unsafe(`copy (select ${list} from public."${name}") to stdout`).readable();
  const { through, result } = measured();
  const file = createWriteStream(join(folder, `${name}.copy.gz`), { mode: 0o600 });
  await pipeline(rows, through, createGzip({ level: 6 }), file);
  // A large last row makes the driver pause its socket, and an ended stream never asks for more: the next query would hang.
  rows._read(0);
  return { name, columns, ...result() };
}
