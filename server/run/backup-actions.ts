import 'server-only';
import { contentHash } from '../audit/canonical';
import { recordEvent } from '../audit/record';
import { authorize } from '../identity/authorize';
import { job } from '../kernel/actor';
import { inTransaction, publish, type Tx } from '../kernel/transaction';
import type { BackupManifest } from './backup-manifest';

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

function tell(tx: Tx, type: 'backup.completed' | 'backup.restore-verified', manifest: BackupManifest): void {
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
    },
  });
  publish(tx, 'checklist');
}
