import 'server-only';
import { visiblePortfolios } from '../identity/authorize';
import type { KeyActor } from '../kernel/actor';
import { notFound } from '../kernel/errors';
import { stepState } from './phases';
import { stepFact, stepsOf } from './runbook-store';
import { listNamedLaunches } from './store';
import { phaseViews } from './view-store';

/** The runbook of a launch by its number, for a machine that may record its steps. Throws NOT_FOUND. */
export async function machineSteps(actor: KeyActor, number: string) {
  const named = (await listNamedLaunches(visiblePortfolios(actor))).find((one) => one.launch.number === number);
  if (!named) throw notFound('The launch');
  const states = await phaseViews(named.launch.id);
  return {
    launch: number,
    status: named.launch.status,
    phases: states.map(({ phase, name, state }) => ({ phase, name, state })),
    steps: (await stepsOf(named.launch.id)).map((step) => ({
      id: step.id,
      phase: step.phase,
      ordinal: step.ordinal,
      tranche: step.tranche,
      title: step.title,
      command: step.command,
      rollbackCommand: step.rollbackCommand,
      state: stepState(stepFact(step)),
    })),
  };
}
