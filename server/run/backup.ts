import { join } from 'node:path';
import { runCommand } from './command';
import { withInstallation } from './installation';
import { takeBackup } from './take-backup';

/** `npm run backup [-- FOLDER] [--demo]`: everything of the database as of one instant. */
const commandArguments = process.argv.slice(2);

await runCommand(() =>
  withInstallation(commandArguments, async ({ database, dataFolder }) => {
    const stamp = new Date().toISOString().replaceAll(':', '-').slice(0, 19);
    const folder = commandArguments.find((text) => !text.startsWith('--')) ?? join(dataFolder, 'backups', stamp);
    const manifest = await takeBackup(database.ownerUrl, folder);
    const { tables, auditHead } = manifest;
    const { recordBackup } = await import('./backup-actions');
    const { closeDatabase } = await import('@/db/client');
    await recordBackup(manifest).finally(closeDatabase);
    const rows = tables.reduce((sum, table) => sum + table.rows, 0);
    console.log(`${rows} rows of ${tables.length} tables are in ${folder}; the event chain ends at ${auditHead.seq}.`);
    console.log('Keep SECRETS_KEYS (or secrets.json) apart from it: without them the stored secrets cannot be read.');
    return 0;
  }),
);
