import { runCommand } from './command';
import { withInstallation } from './installation';
import { migrateDatabase } from './migrate';
import { RefusedStart } from './refused-start';
import { checkedManifest, restoreBackup } from './restore-backup';

/** `npm run restore -- FOLDER [--demo]`: a backup into an empty database, its event chain verified. */
const commandArguments = process.argv.slice(2);

await runCommand(async () => {
  const folder = commandArguments.find((text) => !text.startsWith('--'));
  if (!folder) throw new RefusedStart('Name the folder of the backup: npm run restore -- FOLDER.');
  const manifest = await checkedManifest(folder);
  return withInstallation(commandArguments, async ({ database }) => {
    await migrateDatabase(database);
    await restoreBackup(database.ownerUrl, folder, manifest);
    const { recordRestore } = await import('./backup-actions');
    const { closeDatabase } = await import('@/db/client');
    await recordRestore(manifest).finally(closeDatabase);
    console.log(`Restored the state of ${manifest.takenAt}; the event chain holds up to ${manifest.auditHead.seq}.`);
    return 0;
  });
});
