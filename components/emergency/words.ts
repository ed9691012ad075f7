import type { EmergencySummary, StepView } from '@/server/emergency/view';
import { formatDuration } from '../ui/format';
import type { StatusKind } from '../ui/status';
import type { StepState } from '../ui/step-cell';
import type { Tone } from '../ui/tone';

/** A state in its glyph, tone and words. */
export function stateOf(row: Pick<EmergencySummary, 'state' | 'isDrill'>): {
  kind: StatusKind;
  word: string;
  tone?: Tone;
} {
  switch (row.state) {
    case 'running':
      return { kind: 'running', word: 'Running', tone: row.isDrill ? 'run' : 'crit' };
    case 'stopped':
      return row.isDrill
        ? { kind: 'verified', word: 'Drill done, verified' }
        : { kind: 'halted', word: 'Stopped and verified, HALTED' };
    case 'partial':
      return { kind: 'failed', word: 'Partial: not everything is stopped', tone: 'crit' };
    case 'resuming':
      return { kind: 'running', word: 'Resuming, systems are opening' };
    case 'closed':
      return { kind: 'closed', word: 'Closed' };
  }
}

export const cellState = (step: StepView): StepState => {
  if (step.state === 'pending') return 'not-started';
  return step.state === 'skipped' ? 'not-in-step' : step.state;
};

/** What a cell says under its state: how long it took, what is left, when it is asked again. */
export function cellDetail(step: StepView, sinceReadMs: number): string | null {
  const nextMs = step.nextInMs === null ? null : Math.max(0, step.nextInMs - sinceReadMs);
  const next = nextMs === null ? '' : `; next in ${Math.ceil(nextMs / 1000)} s`;
  const asked = step.attempts > 1 ? ` Asked ${step.attempts} times, same key${next}.` : '';
  switch (step.state) {
    case 'verified': {
      const took = step.startedAt && step.verifiedAt ? step.verifiedAt.getTime() - step.startedAt.getTime() : null;
      return took === null ? null : `after ${formatDuration(Math.max(0, took))}`;
    }
    case 'acknowledged':
      return step.remaining ?? 'not yet verified';
    case 'running':
      return step.remaining;
    case 'unknown':
    case 'failed':
      return `${step.error ?? 'No answer.'}${asked}`;
    default:
      return null;
  }
}
