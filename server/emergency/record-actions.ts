import 'server-only';
import { recordEvent } from '../audit/record';
import { authorize } from '../identity/authorize';
import { type Actor, job } from '../kernel/actor';
import { unreachable } from '../kernel/errors';
import { inTransaction } from '../kernel/transaction';
import type { JournalLine } from './journal';
import { type Recorded, tell, timing } from './journal-record';
import { tellFinish, tellStep } from './notice-actions';
import { recordStart } from './record-start-actions';
import type { Step } from './step';
import { isJournalled, listSteps, lockEmergency, updateEmergency, writeStep } from './store';

/**
 * Writes one line of a journal into the database: the emergency as a whole, a step, the verdict. Each line counts once,
 * whoever brings it and however often. A line of a run that was taken over changes no step.
 */
export async function recordLine(line: JournalLine, emergencyId: string, runner: string): Promise<Recorded> {
  switch (line.kind) {
    case 'start':
      return recordStart(line, runner);
    case 'step':
      return recordStep(line, emergencyId);
    case 'finish':
      return recordFinish(line, emergencyId);
    // Its delivery is written with the notice that it is of.
    case 'told':
    case 'recorded':
      return { kind: 'recorded' };
    default:
      return unreachable(line);
  }
}

const RUNNER: Actor = job('emergency-runner');

async function recordStep(line: JournalLine & { kind: 'step' }, emergencyId: string): Promise<Recorded> {
  return inTransaction(
    async (tx, now) => {
      authorize(RUNNER, 'emergency.start-high');
      const row = await lockEmergency(tx, emergencyId);
      if (!row) return { kind: 'recorded' };
      const { occurredAt, data } = timing(line, now);
      const isMine = await writeStep(tx, {
        emergencyId,
        step: line.step,
        fence: line.fence,
        domainAheadMs: now.getTime() - Date.now(),
      });
      // Telling what a fenced-off run saw is right, if it is told as the journal's.
      if (!isMine && !('journal' in data)) return { kind: 'fenced' };
      if (await isJournalled(tx, emergencyId, line.id)) return { kind: 'recorded' };
      recordEvent(tx, {
        type: `emergency.step-${line.step.state}`,
        actor: RUNNER,
        subject: { kind: 'emergency', id: emergencyId },
        portfolioId: row.portfolioId,
        occurredAt,
        data: { ...data, ...stepData(line.step) },
      });
      if (isMine) await tellStep(tx, row, line.step.ordinal, await listSteps(emergencyId, tx));
      tell(tx);
      return { kind: 'recorded' };
    },
    { reserved: true },
  );
}

const stepData = ({ action, engineId, engineName, role, attempts, error, remaining, commandKey, epoch }: Step) => ({
  action,
  engineId,
  engineName,
  role,
  attempts,
  error,
  remaining,
  commandKey,
  epoch,
});

async function recordFinish(line: JournalLine & { kind: 'finish' }, emergencyId: string): Promise<Recorded> {
  return inTransaction(
    async (tx, now) => {
      authorize(RUNNER, 'emergency.start-high');
      const row = await lockEmergency(tx, emergencyId);
      if (!row || row.resumedAt) return { kind: 'recorded' };
      if (row.fence !== line.fence) return { kind: 'fenced' };
      if (await isJournalled(tx, emergencyId, line.id)) return { kind: 'recorded' };
      const { occurredAt, data } = timing(line, now);
      await updateEmergency(tx, emergencyId, {
        state: line.verdict,
        finishedAt: line.verdict === 'running' ? null : occurredAt,
      });
      recordEvent(tx, {
        type:
          line.verdict === 'stopped'
            ? 'emergency.stopped'
            : line.verdict === 'partial'
              ? 'emergency.ended-partial'
              : 'emergency.reopened',
        actor: RUNNER,
        subject: { kind: 'emergency', id: emergencyId },
        portfolioId: row.portfolioId,
        occurredAt,
        data: { ...data, number: row.number },
      });
      if (line.verdict !== 'running')
        await tellFinish(tx, row, line.verdict, await listSteps(emergencyId, tx), line.id);
      tell(tx);
      return { kind: 'recorded' };
    },
    { reserved: true },
  );
}
