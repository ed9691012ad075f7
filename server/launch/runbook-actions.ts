import 'server-only';
import { recordEvent } from '../audit/record';
import { authorize } from '../identity/authorize';
import type { Actor } from '../kernel/actor';
import { DomainError, notFound } from '../kernel/errors';
import { newId } from '../kernel/ids';
import { inTransaction, type Tx } from '../kernel/transaction';
import { aboutLaunch, lockNamed, publishLaunch } from './actions';
import { phaseRow, settlePhase } from './phase-actions';
import type { PhaseNumber } from './phases';
import type { Tranche } from './policy';
import { commandFaults, orderFaults } from './runbook';
import { findStep, insertSteps, type PhaseRow, type StepRow, stepsOf, updateStep } from './runbook-store';
import type { LaunchRow } from './store';

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
