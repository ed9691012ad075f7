import { hostname, userInfo } from 'node:os';
import { runCommand } from './command';
import { withInstallation } from './installation';
import { migrateDatabase } from './migrate';
import { RefusedStart } from './refused-start';
import { checkedManifest, restoreBackup } from './restore-backup';

/**
 * `npm run restore -- FOLDER [--demo]`: a backup into an empty database, its event chain verified. With `--rehearse` into a
 * database that is thrown away; that it worked is then recorded in the one in use, where the checklist looks for it.
 */
const commandArguments = process.argv.slice(2);

await runCommand(async () => {
  const folder = commandArguments.find((text) => !text.startsWith('--'));
  if (!folder) throw new RefusedStart('Name the folder of the backup: npm run restore -- FOLDER.');
  const manifest = await checkedManifest(folder);
  const isRehearsal = commandArguments.includes('--rehearse');
  return withInstallation(commandArguments, async ({ database }) => {
    if (!isRehearsal) {
      await migrateDatabase(database);
      await restoreBackup(database.ownerUrl, folder, manifest);
    }
    const { recordRehearsal, recordRestore, requireOwnBackup } = await import('./backup-actions');
    const { closeDatabase } = await import('@/db/client');
    try {
      if (isRehearsal) {
        await requireOwnBackup(manifest);
        const { rehearseRestore } = await import('./rehearse-restore');
        await rehearseRestore(folder, manifest);
        await recordRehearsal(manifest, `${userInfo().username} at ${hostname()}`);
      } else await recordRestore(manifest);
    } finally {
      await closeDatabase();
    }
    const { takenAt, auditHead } = manifest;
    console.log(
      isRehearsal
        ? `The backup of ${takenAt} was restored elsewhere and thrown away; its event chain holds up to ${auditHead.seq}. Recorded.`
        : `Restored the state of ${takenAt}; the event chain holds up to ${auditHead.seq}.`,
    );
    return 0;
  });
});
