import 'server-only';
import { log } from '../kernel/log';
import { Journal, journalFolder, journalsHere, readJournal, unrecorded } from './journal';
import { recordLine } from './record-actions';
import { runnerId, runningHere } from './runner-actions';

/** Younger lines may be on their way by the process that wrote them. */
const SETTLED_AFTER_MS = 10_000;

/**
 * Brings what local journals hold and the database does not into it: runs that went on without it, or that died before
 * they were recorded. Each line counts once. The worker and a web process at its start call it.
 */
export async function reconcileJournal(now = new Date()): Promise<{ journals: number; lines: number }> {
  const report = { journals: 0, lines: 0 };
  for (const emergencyId of journalsHere()) {
    if (runningHere().includes(emergencyId)) continue;
    const lines = unrecorded(readJournal(emergencyId));
    const newest = lines.at(-1);
    if (!newest || now.getTime() - new Date(newest.at).getTime() < SETTLED_AFTER_MS) continue;
    const journal = new Journal(emergencyId, journalFolder());
    report.journals += 1;
    let recordedAs = emergencyId;
    for (const line of lines) {
      const outcome = await recordLine(line, recordedAs, runnerId);
      if (outcome.kind === 'joined' || outcome.kind === 'upgraded') recordedAs = outcome.emergencyId;
      journal.append({ kind: 'recorded', of: line.id });
      report.lines += 1;
    }
    log.info({ emergency: emergencyId, lines: lines.length }, 'an emergency journal was reconciled');
  }
  return report;
}
