import 'server-only';
import { z } from 'zod';
import { durationText } from '../../kernel/format';
import { defineProbe } from '../probe';
import { newestEventAt } from './installation-store';

const HOUR = 3_600_000;

/** A backup was taken, and one was restored and verified, recently enough. Each tells so by an event. */
export const backupHeartbeatProbe = defineProbe({
  kind: 'backup-heartbeat',
  label: 'Age of the last backup and of the last restore test',
  params: z.object({
    sources: z.array(z.enum(['installation'])).max(1),
    maximumBackupAgeHours: z.number().positive().default(24),
    maximumRestoreTestAgeDays: z.number().positive().default(35),
  }),
  everySeconds: 300,
  timeoutMs: 5_000,
  check: async ({ maximumBackupAgeHours, maximumRestoreTestAgeDays }, { now }) => {
    const backup = await newestEventAt('backup.completed');
    const restore = await newestEventAt('backup.restore-verified');
    const age = (at: Date | null) => (at ? now.getTime() - at.getTime() : null);
    const [backupAge, restoreAge] = [age(backup), age(restore)];
    const measurement = { backupAt: backup?.toISOString() ?? null, restoreTestAt: restore?.toISOString() ?? null };
    if (backupAge === null) return { verdict: 'unknown', summary: 'No backup has reported yet', measurement };
    if (backupAge > maximumBackupAgeHours * HOUR) {
      const summary = `The last backup is ${durationText(backupAge)} old, at most ${maximumBackupAgeHours} h are allowed`;
      return { verdict: 'bad', summary, measurement };
    }
    if (restoreAge === null) return { verdict: 'unknown', summary: 'No restore test has reported yet', measurement };
    if (restoreAge > maximumRestoreTestAgeDays * 24 * HOUR) {
      const summary = `The last restore test is ${durationText(restoreAge)} old, at most ${maximumRestoreTestAgeDays} d are allowed`;
      return { verdict: 'bad', summary, measurement };
    }
    return { verdict: 'good', summary: `Backup ${durationText(backupAge)} ago`, measurement };
  },
});
