import 'server-only';
import { and, eq } from 'drizzle-orm';
import { db } from '@/db/client';
import { events } from '@/db/schema';
import { contentHash } from '../audit/canonical';
import { recordEvent } from '../audit/record';
import { authorize } from '../identity/authorize';
import { job } from '../kernel/actor';
import { inTransaction, publish, type Tx } from '../kernel/transaction';
import type { BackupManifest } from './backup-manifest';
import { RefusedStart } from './refused-start';

const BACKUP = job('backup');

/** Records that a whole backup lies in its folder; call it once its manifest is written. It names what the manifest says. */
export const recordBackup = (manifest: BackupManifest): Promise<void> =>
  inTransaction(async (tx) => tell(tx, 'backup.completed', manifest));

/**
 * Records, in the chain that was restored, that this backup was put back whole and its event chain verified; call it once
 * the restore has committed. The chain goes on from the head of the backup.
 */
export const recordRestore = (manifest: BackupManifest): Promise<void> =>
  inTransaction(async (tx) => tell(tx, 'backup.restore-verified', manifest));

/** Refuses a backup that was not taken from this database: the head of its chain must be an entry of ours. */
export async function requireOwnBackup({ auditHead }: BackupManifest): Promise<void> {
  const [row] = await db
    .select({ seq: events.seq })
    .from(events)
    .where(and(eq(events.seq, auditHead.seq), eq(events.hash, auditHead.hash)));
  if (row) return;
  throw new RefusedStart(
    `This backup is not of this installation: its event ${auditHead.seq} is not in the chain here. Nothing was recorded.`,
  );
}

/**
 * Records, in the chain of the database in use, that this backup of it was restored elsewhere and verified there: a
 * statement of the operator `statedBy`, bound to the backup by the hash of its manifest.
 */
export const recordRehearsal = async (manifest: BackupManifest, statedBy: string): Promise<void> => {
  await requireOwnBackup(manifest);
  await inTransaction(async (tx) => tell(tx, 'backup.restore-verified', manifest, { isRehearsal: true, statedBy }));
};

function tell(
  tx: Tx,
  type: 'backup.completed' | 'backup.restore-verified',
  manifest: BackupManifest,
  more: Record<string, unknown> = {},
): void {
  authorize(BACKUP, 'read');
  const { takenAt, tables, auditHead } = manifest;
  const manifestHash = contentHash(manifest);
  recordEvent(tx, {
    type,
    actor: BACKUP,
    subject: { kind: 'backup', id: manifestHash },
    data: {
      takenAt,
      manifestHash,
      tables: tables.length,
      rows: tables.reduce((sum, table) => sum + table.rows, 0),
      auditHead,
      ...more,
    },
  });
  publish(tx, 'checklist');
}
