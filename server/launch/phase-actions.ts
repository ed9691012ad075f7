import 'server-only';
import { recordEvent } from '../audit/record';
import { authorize } from '../identity/authorize';
import { type Actor, actorRef } from '../kernel/actor';
import { DomainError, notFound } from '../kernel/errors';
import { newId } from '../kernel/ids';
import { inTransaction, type Tx } from '../kernel/transaction';
import { aboutLaunch, lockNamed, publishLaunch } from './actions';
import { mayRecord, nextPhaseState, type PhaseCommand, type PhaseNumber, phaseAfterRecording } from './phases';
import type { Tranche } from './policy';
import { commandFaults, orderFaults } from './runbook';
import {
  findStep,
  insertRun,
  insertSteps,
  type LaunchRow,
  type PhaseRow,
  phasesOf,
  runByKey,
  type StepRow,
  stepFact,
  stepsOf,
  updatePhase,
  updateStep,
} from './store';

/** Starts a phase that is ready, or starts it again after it failed or was rolled back. Phases never skip. */
export async function startPhase(actor: Actor, input: { launchId: string; phase: PhaseNumber }): Promise<void> {
  await inTransaction(async (tx, now) => {
    const { launch, ownerId } = await lockNamed(tx, input.launchId);
    authorize(actor, 'launch.promote', { portfolioId: launch.portfolioId, ownerId });
    const phase = await phaseRow(tx, launch.id, input.phase);
    const command: PhaseCommand = phase.state === 'ready' ? 'start' : 'restart';
    const state = nextPhaseState(phase.state, command);
    if (!state) {
      throw new DomainError('STALE_PHASE', `Phase ${input.phase} is ${phase.state}: it cannot be started now.`);
    }
    await updatePhase(tx, launch.id, input.phase, {
      state,
      startedAt: now,
      startedBy: actorRef(actor),
      finishedAt: null,
      finishedBy: null,
    });
    recordEvent(tx, {
      type: 'launch.phase-started',
      actor,
      ...aboutLaunch(launch),
      data: { number: launch.number, phase: input.phase },
    });
    publishLaunch(tx);
  });
}

async function phaseRow(tx: Tx, launchId: string, phase: number): Promise<PhaseRow> {
  const found = (await phasesOf(launchId, tx)).find((one) => one.phase === phase);
  if (!found) throw notFound('The phase');
  return found;
}

export type Recording = {
  stepId: string;
  kind: 'run' | 'rollback';
  exitCode: number;
  output: string;
  durationMs: number;
  startedAt: Date | null;
  /** What was run, where it was not the command of the runbook. */
  command?: string;
  idempotencyKey: string | null;
};

/**
 * Records one execution of a step, by a person or over the API. The first recording starts a phase that is ready; the
 * last good one lets it await its approval; a failed one fails it. A repeated key gives the first recording back and
 * changes nothing; the same key for another step is refused.
 */
export async function recordStep(
  actor: Actor,
  input: Recording,
): Promise<{ runId: string; phase: string; repeated: boolean }> {
  return inTransaction(async (tx, now) => {
    const step = await findStep(input.stepId, tx);
    if (!step || step.removedAt) throw notFound('The runbook step');
    const { launch } = await lockNamed(tx, step.launchId);
    authorize(actor, 'runbook.record', { portfolioId: launch.portfolioId, keyScope: 'runbook:write' });
    const phase = await phaseRow(tx, launch.id, step.phase);
    const key = input.idempotencyKey && `${launch.id}:${input.idempotencyKey}`;
    const repeated = key ? await runByKey(key, tx) : null;
    if (repeated) {
      if (repeated.stepId === step.id) return { runId: repeated.id, phase: phase.state, repeated: true };
      throw new DomainError(
        'KEY_REUSED',
        'This idempotency key was used for another step. Give each recording its own.',
      );
    }
    if (!mayRecord(phase.state)) {
      throw new DomainError('STALE_PHASE', `Phase ${step.phase} is ${phase.state}: its steps are not recorded now.`);
    }
    const runId = newId();
    const command = input.command ?? (input.kind === 'run' ? step.command : step.rollbackCommand);
    await insertRun(tx, {
      id: runId,
      stepId: step.id,
      launchId: launch.id,
      kind: input.kind,
      command,
      exitCode: input.exitCode,
      output: input.output,
      durationMs: input.durationMs,
      startedAt: input.startedAt ?? new Date(now.getTime() - input.durationMs),
      recordedAt: now,
      recordedBy: actorRef(actor),
      recordedByName: actor.name,
      idempotencyKey: key,
    });
    recordEvent(tx, {
      type: input.kind === 'run' ? 'launch.step-recorded' : 'launch.step-rolled-back',
      actor,
      ...aboutLaunch(launch),
      data: {
        phase: step.phase,
        step: step.title,
        command,
        exitCode: input.exitCode,
        durationMs: input.durationMs,
        runId,
      },
    });
    const state = await settlePhase(tx, launch, phase, actor, now);
    publishLaunch(tx);
    return { runId, phase: state, repeated: false };
  });
}

async function settlePhase(tx: Tx, launch: LaunchRow, phase: PhaseRow, actor: Actor, now: Date): Promise<string> {
  const number = phase.phase as PhaseNumber;
  const steps = (await stepsOf(launch.id, tx)).filter((one) => one.phase === number).map(stepFact);
  const state = phaseAfterRecording(number, phase.state, steps);
  if (state === phase.state) return state;
  const starts = phase.startedAt === null && state !== 'ready';
  await updatePhase(tx, launch.id, number, {
    state,
    ...(starts ? { startedAt: now, startedBy: actorRef(actor) } : {}),
  });
  recordEvent(tx, {
    type: 'launch.phase-changed',
    actor,
    ...aboutLaunch(launch),
    data: { number: launch.number, phase: number, from: phase.state, to: state },
  });
  return state;
}

export type StepEdit = { title: string; command: string; rollbackCommand: string };

const faulty = (faults: string[]) => {
  if (faults.length) throw new DomainError('INVALID', faults.join(' '), { data: { fields: { command: faults } } });
};

/** Changes a step of a phase that has not passed. A step that has run keeps its recorded command. */
export async function editStep(actor: Actor, input: StepEdit & { stepId: string }): Promise<void> {
  await inTransaction(async (tx, now) => {
    const { step, launch, phase } = await editable(tx, actor, input.stepId);
    faulty([...commandFaults(input.command), ...commandFaults(input.rollbackCommand || '-')]);
    const { title, command, rollbackCommand } = input;
    await checkOrder(tx, launch, step.phase, (steps) =>
      steps.map((one) => (one.id === step.id ? command : one.command)),
    );
    await updateStep(tx, step.id, { title, command, rollbackCommand });
    recordEvent(tx, {
      type: 'launch.step-edited',
      actor,
      ...aboutLaunch(launch),
      data: {
        phase: step.phase,
        step: title,
        command,
        rollbackCommand,
        was: { title: step.title, command: step.command },
      },
    });
    await settlePhase(tx, launch, phase, actor, now);
    publishLaunch(tx);
  });
}

/** Adds a step at the end of a phase that has not passed. */
export async function addStep(
  actor: Actor,
  input: StepEdit & { launchId: string; phase: PhaseNumber; tranche: Tranche | null },
): Promise<string> {
  return inTransaction(async (tx, now) => {
    const { launch } = await lockNamed(tx, input.launchId);
    authorize(actor, 'launch.edit', { portfolioId: launch.portfolioId });
    const phase = await phaseRow(tx, launch.id, input.phase);
    if (phase.state === 'passed')
      throw new DomainError('STALE_PHASE', `Phase ${input.phase} has passed. Its runbook is a record now.`);
    faulty(commandFaults(input.command));
    const steps = await stepsOf(launch.id, tx);
    const id = newId();
    const ordinal = Math.max(0, ...steps.map((one) => one.ordinal)) + 1;
    const { title, command, rollbackCommand } = input;
    await insertSteps(tx, [
      {
        id,
        launchId: launch.id,
        phase: input.phase,
        ordinal,
        title,
        command,
        rollbackCommand,
        tranche: input.phase === 4 ? input.tranche : null,
      },
    ]);
    recordEvent(tx, {
      type: 'launch.step-added',
      actor,
      ...aboutLaunch(launch),
      data: { phase: input.phase, step: title, command },
    });
    await settlePhase(tx, launch, phase, actor, now);
    publishLaunch(tx);
    return id;
  });
}

/** Removes a step that was never run; what ran stays in the record. */
export async function removeStep(actor: Actor, stepId: string): Promise<void> {
  await inTransaction(async (tx, now) => {
    const { step, launch, phase } = await editable(tx, actor, stepId);
    const runs = (await stepsOf(launch.id, tx)).find((one) => one.id === stepId)?.runs ?? [];
    if (runs.length)
      throw new DomainError(
        'STEP_HAS_RUN',
        `'${step.title}' has been run. It stays; record a rollback if it was undone.`,
      );
    await checkOrder(tx, launch, step.phase, (steps) =>
      steps.filter((one) => one.id !== stepId).map((one) => one.command),
    );
    await updateStep(tx, stepId, { removedAt: now });
    recordEvent(tx, {
      type: 'launch.step-removed',
      actor,
      ...aboutLaunch(launch),
      data: { phase: step.phase, step: step.title, command: step.command },
    });
    await settlePhase(tx, launch, phase, actor, now);
    publishLaunch(tx);
  });
}

async function editable(
  tx: Tx,
  actor: Actor,
  stepId: string,
): Promise<{ step: StepRow; launch: LaunchRow; phase: PhaseRow }> {
  const step = await findStep(stepId, tx);
  if (!step || step.removedAt) throw notFound('The runbook step');
  const { launch } = await lockNamed(tx, step.launchId);
  authorize(actor, 'launch.edit', { portfolioId: launch.portfolioId });
  const phase = await phaseRow(tx, launch.id, step.phase);
  if (phase.state === 'passed')
    throw new DomainError('STALE_PHASE', `Phase ${step.phase} has passed. Its runbook is a record now.`);
  return { step, launch, phase };
}

async function checkOrder(
  tx: Tx,
  launch: LaunchRow,
  phase: number,
  after: (steps: StepRow[]) => string[],
): Promise<void> {
  const steps = (await stepsOf(launch.id, tx)).filter((one) => one.phase === phase);
  // Only what this edit makes wrong is refused: an order that was wrong before can still be repaired step by step.
  if (orderFaults(steps.map((one) => one.command)).length) return;
  faulty(orderFaults(after(steps)));
}
