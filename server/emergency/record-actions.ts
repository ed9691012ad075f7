import 'server-only';
import { recordEvent } from '../audit/record';
import { authorize } from '../identity/authorize';
import { openIncident } from '../incidents/open-actions';
import { type Actor, actorRef, job } from '../kernel/actor';
import { unreachable } from '../kernel/errors';
import { inTransaction, nextNumber, publish, type Tx } from '../kernel/transaction';
import { setLatch } from '../trading-state/actions';
import type { EmergencyFacts } from './facts';
import type { JournalLine } from './journal';
import { tellFinish, tellJoined, tellStart, tellStep } from './notice-actions';
import { atLeast, isWithin, type Severity, scopeKeyOf } from './plan';
import { freshStep, type Step } from './step';
import {
  type EmergencyRow,
  insertEmergency,
  insertSteps,
  isJournalled,
  listSteps,
  lockEmergency,
  lockOpen,
  raiseIssuedEpochs,
  scopeOf,
  updateEmergency,
  writeStep,
} from './store';
import { coverNarrower } from './supersede-actions';

/** What became of a line: `fenced` means that the run is another's now. */
export type Recorded =
  | { kind: 'recorded'; number?: string }
  | { kind: 'joined'; emergencyId: string; number: string }
  | { kind: 'upgraded'; emergencyId: string; number: string }
  | { kind: 'fenced' };

const TOPICS = ['emergency', 'overview', 'incidents'];
const tell = (tx: Tx) => {
  for (const topic of TOPICS) publish(tx, topic);
};

/** Beyond this a line was not written as it happened, and its event says when it did. */
const LATE_MS = 2_000;

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

/** Domain time of a line: now, less what has passed since by the real clock. */
const timing = (line: JournalLine, now: Date) => {
  const lagMs = Math.max(0, Date.now() - new Date(line.at).getTime());
  const isLate = lagMs > LATE_MS;
  return {
    occurredAt: isLate ? new Date(now.getTime() - lagMs) : now,
    data: { line: line.id, ...(isLate ? { journal: true } : {}) },
  };
};

async function recordStart(line: JournalLine & { kind: 'start' }, runner: string): Promise<Recorded> {
  const { emergency, steps } = line;
  return inTransaction(
    async (tx, now) => {
      authorize(emergency.actor, emergency.isDrill ? 'incident.open' : startAction(emergency.severity), {
        portfolioId: emergency.scope.portfolioId,
        ownerId: emergency.ownerId,
      });
      const open = await lockOpen(tx, emergency.isDrill);
      const same = open.find(({ id }) => id === emergency.id);
      if (same) return { kind: 'recorded', number: same.number };
      const covering = open.find(
        (row) => isWithin(emergency.scope, scopeOf(row)) && atLeast(row.severity, emergency.severity),
      );
      if (covering) return join(tx, covering, line);
      const lower = open.find((row) => row.scopeKey === scopeKeyOf(emergency.scope));
      if (lower) return upgrade(tx, lower, line);
      const { occurredAt, data } = timing(line, now);
      const number = await nextNumber(tx, 'emergency');
      await insertEmergency(tx, rowOf(emergency, { number, startedAt: occurredAt, recordedAt: now }), runner);
      await insertSteps(tx, emergency.id, steps);
      await raiseIssuedEpochs(tx, [...new Set(steps.map((step) => step.engineId))], emergency.epoch);
      if (!emergency.isDrill) await halt(tx, emergency, number);
      recordEvent(tx, {
        type: 'emergency.started',
        actor: emergency.actor,
        subject: { kind: 'emergency', id: emergency.id },
        portfolioId: emergency.scope.portfolioId,
        occurredAt,
        data: {
          ...data,
          number,
          scope: emergency.scope,
          scopeName: emergency.scopeName,
          severity: emergency.severity,
          reason: emergency.reason,
          isDrill: emergency.isDrill,
          keepReduceOnlyStops: emergency.keepReduceOnlyStops,
          epoch: emergency.epoch,
          steps: steps.length,
        },
      });
      const kind = emergency.isDrill ? 'Drill' : 'Emergency';
      await openIncident(tx, {
        title: `${kind} ${number}: ${emergency.reason}`,
        emergencyId: emergency.id,
        portfolioId: emergency.scope.portfolioId,
        severity: emergency.severity,
        actor: emergency.actor,
        openedAt: occurredAt,
      });
      await coverNarrower(
        tx,
        { id: emergency.id, number, scope: emergency.scope, severity: emergency.severity, actor: emergency.actor },
        open,
        now,
      );
      await tellStart(tx, { ...emergency, number, startedAt: occurredAt });
      tell(tx);
      return { kind: 'recorded', number };
    },
    { reserved: true },
  );
}

export const startAction = (severity: Severity) =>
  severity === 'critical' ? 'emergency.start-critical' : 'emergency.start-high';

const rowOf = (emergency: EmergencyFacts, more: { number: string; startedAt: Date; recordedAt: Date }) => ({
  ...more,
  id: emergency.id,
  scope: emergency.scope.kind,
  scopeKey: scopeKeyOf(emergency.scope),
  portfolioId: emergency.scope.portfolioId,
  strategyId: emergency.scope.strategyId,
  severity: emergency.severity,
  reason: emergency.reason,
  isDrill: emergency.isDrill,
  keepReduceOnlyStops: emergency.keepReduceOnlyStops,
  state: 'running' as const,
  epoch: emergency.epoch,
  startedBy: actorRef(emergency.actor),
  startedByName: emergency.actor.name,
  atStart: {
    ...emergency.atStart,
    scopeName: emergency.scopeName,
    commandScope: emergency.commandScope,
    ownerId: emergency.ownerId,
  },
});

const halt = (tx: Tx, emergency: EmergencyFacts, number: string) =>
  setLatch(tx, {
    scope: emergency.scope,
    state: 'HALTED',
    cause: { kind: 'emergency', id: emergency.id, label: number },
    reason: emergency.reason,
    exitRule: 'two-people',
    // The resume of the emergency decides, with its own checklist; no time has to pass.
    earliestExitAt: null,
    actor: emergency.actor,
  });

/** A second press: it starts nothing new, and whoever had begun to resume begins again, because a stop wins. */
async function join(tx: Tx, running: EmergencyRow, line: JournalLine & { kind: 'start' }): Promise<Recorded> {
  const { actor, reason } = line.emergency;
  if (!(await isJournalled(tx, running.id, line.id))) {
    if (running.resumeApprovals.length > 0)
      await updateEmergency(tx, running.id, { resumeApprovals: [], resumeChecklist: {} });
    recordEvent(tx, {
      type: 'emergency.joined',
      actor,
      subject: { kind: 'emergency', id: running.id },
      portfolioId: running.portfolioId,
      data: { line: line.id, reason, voidedApprovals: running.resumeApprovals.length },
    });
    await tellJoined(tx, running, { actor, reason, line: line.id });
    tell(tx);
  }
  return { kind: 'joined', emergencyId: running.id, number: running.number };
}

/** The same scope at a higher severity: the steps it lacks are added to the one that is open. */
async function upgrade(tx: Tx, row: EmergencyRow, line: JournalLine & { kind: 'start' }): Promise<Recorded> {
  const { emergency } = line;
  const has = new Set((await listSteps(row.id, tx)).map((step) => `${step.action}:${step.engineId}`));
  const missing = line.steps
    .filter((step) => !has.has(`${step.action}:${step.engineId}`))
    .map((step) => freshStep(step, emergency.epoch));
  await insertSteps(tx, row.id, missing);
  await raiseIssuedEpochs(tx, [...new Set(missing.map((step) => step.engineId))], emergency.epoch);
  await updateEmergency(tx, row.id, {
    severity: emergency.severity,
    state: 'running',
    finishedAt: null,
    resumeApprovals: [],
    resumeChecklist: {},
  });
  recordEvent(tx, {
    type: 'emergency.upgraded',
    actor: emergency.actor,
    subject: { kind: 'emergency', id: row.id },
    portfolioId: row.portfolioId,
    data: {
      line: line.id,
      from: row.severity,
      to: emergency.severity,
      reason: emergency.reason,
      addedSteps: missing.length,
    },
  });
  await tellJoined(
    tx,
    { ...row, severity: emergency.severity },
    { actor: emergency.actor, reason: emergency.reason, line: line.id },
  );
  tell(tx);
  return { kind: 'upgraded', emergencyId: row.id, number: row.number };
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
