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

export type PhaseCommand = 'start' | 'pass' | 'restart';

const MOVES: Record<PhaseCommand, { from: readonly PhaseState[]; to: PhaseState }> = {
  start: { from: ['ready'], to: 'running' },
  pass: { from: ['awaiting-approval'], to: 'passed' },
  restart: { from: ['failed', 'rolled-back'], to: 'running' },
};

/** The state a command leads to, or null where the phase may not make that move: phases never skip. */
export function nextPhaseState(state: PhaseState, command: PhaseCommand): PhaseState | null {
  const move = MOVES[command];
  return move.from.includes(state) ? move.to : null;
}

/** Whether steps of a phase in this state may be recorded; the first recording starts a phase that is ready. */
export const mayRecord = (state: PhaseState): boolean => state !== 'blocked' && state !== 'passed';

/**
 * The state after a step was recorded, added or removed. A failed step fails the phase, a good run of it lets the phase
 * go on, a rollback of all that had run rolls it back, and when every step is done it awaits its approval. Phase 4 runs
 * for as long as its tranches do.
 */
export function phaseAfterRecording(phase: PhaseNumber, state: PhaseState, steps: readonly StepFact[]): PhaseState {
  if (state === 'blocked' || state === 'passed') return state;
  if (phase === 4) return state === 'ready' && steps.every((step) => step.runs.length === 0) ? 'ready' : 'running';
  const states = steps.map(stepState);
  if (states.includes('failed')) return 'failed';
  if (states.includes('rolled-back') && !states.includes('done')) return 'rolled-back';
  if (states.length > 0 && states.every((one) => one === 'done')) return 'awaiting-approval';
  if (state === 'ready' && states.every((one) => one === 'not-run')) return 'ready';
  return 'running';
}
