import 'server-only';
import { recordEvent } from '../audit/record';
import { authorize } from '../identity/authorize';
import { type Actor, actorRef } from '../kernel/actor';
import { DomainError, notFound } from '../kernel/errors';
import { newId } from '../kernel/ids';
import { inTransaction, type Tx } from '../kernel/transaction';
import { aboutLaunch, lockNamed, publishLaunch } from './actions';
import { mayRecord, nextPhaseState, type PhaseCommand, type PhaseNumber, phaseAfterRecording } from './phases';
import {
  findStep,
  insertRun,
  type PhaseRow,
  phasesOf,
  runByKey,
  stepFact,
  stepsOf,
  updatePhase,
} from './runbook-store';
import type { LaunchRow } from './store';

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

/** A phase of a launch; throws NOT_FOUND. */
export async function phaseRow(tx: Tx, launchId: string, phase: number): Promise<PhaseRow> {
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

/** Moves a phase to where its steps say it stands; gives the state. */
export async function settlePhase(
  tx: Tx,
  launch: LaunchRow,
  phase: PhaseRow,
  actor: Actor,
  now: Date,
): Promise<string> {
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
