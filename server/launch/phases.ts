export const PHASE_STATES = [
  'blocked',
  'ready',
  'running',
  'awaiting-approval',
  'passed',
  'failed',
  'rolled-back',
] as const;
export type PhaseState = (typeof PHASE_STATES)[number];

export type PhaseNumber = 1 | 2 | 3 | 4;
export const PHASES: readonly PhaseNumber[] = [1, 2, 3, 4];

export const PHASE_NAME: Record<PhaseNumber, string> = {
  1: 'Infrastructure',
  2: 'Database',
  3: 'Application',
  4: 'Strategy',
};

export type StepRunFact = { kind: 'run' | 'rollback'; exitCode: number; recordedAt: Date; recordedBy: string };
export type StepFact = {
  id: string;
  ordinal: number;
  title: string;
  /** Phase 4: the tranche it prepares. */
  tranche: number | null;
  runs: readonly StepRunFact[];
};

export type StepState = 'not-run' | 'done' | 'failed' | 'rolled-back';

/** What the newest recorded run says of a step. A rollback that itself failed leaves the step failed. */
export function stepState(step: StepFact): StepState {
  const newest = [...step.runs].sort((a, b) => b.recordedAt.getTime() - a.recordedAt.getTime())[0];
  if (!newest) return 'not-run';
  if (newest.exitCode !== 0) return 'failed';
  return newest.kind === 'rollback' ? 'rolled-back' : 'done';
}

/** States that the phases of a new launch begin in: only the first may start. */
export const initialPhases = (): { phase: PhaseNumber; state: PhaseState }[] =>
  PHASES.map((phase) => ({ phase, state: phase === 1 ? 'ready' : 'blocked' }));

export type PhaseCommand = 'start' | 'finish' | 'pass' | 'fail' | 'roll-back' | 'restart';

const MOVES: Record<PhaseCommand, { from: readonly PhaseState[]; to: PhaseState }> = {
  start: { from: ['ready'], to: 'running' },
  finish: { from: ['running'], to: 'awaiting-approval' },
  pass: { from: ['awaiting-approval'], to: 'passed' },
  fail: { from: ['running', 'awaiting-approval'], to: 'failed' },
  'roll-back': { from: ['running', 'awaiting-approval', 'failed'], to: 'rolled-back' },
  restart: { from: ['failed', 'rolled-back'], to: 'running' },
};

/** The state a command leads to, or null where the phase may not make that move: phases never skip. */
export function nextPhaseState(state: PhaseState, command: PhaseCommand): PhaseState | null {
  const move = MOVES[command];
  return move.from.includes(state) ? move.to : null;
}

/** Commands that a phase in this state accepts, in the order they usually come. */
export const phaseCommands = (state: PhaseState): PhaseCommand[] =>
  (Object.keys(MOVES) as PhaseCommand[]).filter((command) => MOVES[command].from.includes(state));

/**
 * The state after a step of the phase was recorded: a failed step fails the phase, a good run of the last failed step
 * lets it run on, and a recorded rollback of every step that had run means the phase is rolled back.
 */
export function phaseAfterRecording(state: PhaseState, steps: readonly StepFact[]): PhaseState {
  const states = steps.map(stepState);
  if (state === 'running' || state === 'failed' || state === 'rolled-back' || state === 'awaiting-approval') {
    if (states.includes('failed')) return 'failed';
    if (states.includes('rolled-back') && !states.includes('done')) return 'rolled-back';
    if (state === 'awaiting-approval' && states.every((one) => one === 'done')) return 'awaiting-approval';
    return 'running';
  }
  return state;
}
