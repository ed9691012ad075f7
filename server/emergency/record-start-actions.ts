import 'server-only';
import { recordEvent } from '../audit/record';
import { authorize } from '../identity/authorize';
import { openIncident } from '../incidents/open-actions';
import { actorRef } from '../kernel/actor';
import { inTransaction, nextNumber, type Tx } from '../kernel/transaction';
import { setLatch } from '../trading-state/actions';
import type { EmergencyFacts } from './facts';
import type { JournalLine } from './journal';
import { type Recorded, tell, timing } from './journal-record';
import { tellJoined, tellStart } from './notice-actions';
import { atLeast, isWithin, type Severity, scopeKeyOf } from './plan';
import { freshStep } from './step';
import {
  type EmergencyRow,
  insertEmergency,
  insertSteps,
  isJournalled,
  listSteps,
  lockOpen,
  raiseIssuedEpochs,
  scopeOf,
  updateEmergency,
} from './store';
import { coverNarrower } from './supersede-actions';

/** The emergency as a whole: begun, or joined to one that covers it, or raising one of the same scope. */
export async function recordStart(line: JournalLine & { kind: 'start' }, runner: string): Promise<Recorded> {
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

/** The permission that a press of this severity takes. */
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
