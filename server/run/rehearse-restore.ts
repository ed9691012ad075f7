import { randomBytes } from 'node:crypto';
import { rmSync } from 'node:fs';
import postgres from 'postgres';
import type { BackupManifest } from './backup-manifest';
import { openCluster } from './embedded-postgres.mjs';
import { migrateDatabase } from './migrate';
import { atDatabase } from './pg-url';
import { restoreBackup } from './restore-backup';
import { temporaryFolder } from './temporary-folder';

const DATABASE = 'going_live_rehearsal';

/**
 * Puts a checked backup into a database of its own, on a server that is started for it and thrown away afterwards, and
 * verifies its event chain there. The database in use is not touched. Throws as `restoreBackup` does.
 */
export async function rehearseRestore(folder: string, manifest: BackupManifest): Promise<void> {
  const place = temporaryFolder('rehearsal');
  const settings = ['fsync=off', 'synchronous_commit=off', 'full_page_writes=off'];
  const cluster = await openCluster({ folder: place, password: randomBytes(12).toString('hex'), settings });
  try {
    const admin = postgres(cluster.url, { max: 1, onnotice: () => {} });
    const [owner, app] = [
      { name: 'rehearsal_owner', password: randomBytes(12).toString('hex'), may: 'createrole' },
      { name: 'rehearsal_app', password: randomBytes(12).toString('hex'), may: '' },
    ];
    for (const { name, password, may } of [owner, app])
      await admin.unsafe(`create role ${name} login password '${password}' ${may}`);
    await admin.unsafe(`create database ${DATABASE} owner ${owner.name}`);
    await admin.end();
    const ownerUrl = atDatabase(cluster.url, DATABASE, owner);
    await migrateDatabase({ ownerUrl, appUrl: atDatabase(cluster.url, DATABASE, app) });
    await restoreBackup(ownerUrl, folder, manifest);
  } finally {
    await cluster.stop();
    rmSync(place, { recursive: true, force: true });
  }
}
