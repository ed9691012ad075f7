import type { ReactNode } from 'react';
import { cx } from './cx';
import { formatCountdown } from './format';
import { Status, type StatusKind } from './status';
import { TONE } from './tone';

export type StepState = 'not-in-step' | 'not-started' | 'running' | 'acknowledged' | 'verified' | 'unknown' | 'failed';

const SHOWN: Record<Exclude<StepState, 'not-in-step'>, { kind: StatusKind; word: string }> = {
  'not-started': { kind: 'not-started', word: 'Not started' },
  running: { kind: 'running', word: 'Running' },
  acknowledged: { kind: 'passed', word: 'Acknowledged' },
  verified: { kind: 'verified', word: 'Verified' },
  unknown: { kind: 'unknown', word: 'Unknown' },
  failed: { kind: 'failed', word: 'Failed' },
};

/** One step at one system: its word, when, the retry, and the time left while it runs. In an emergency a failure is critical. */
export function StepCell({
  state,
  detail,
  ring,
}: {
  state: StepState;
  /** "No answer in 30 s. Asked 4 times, same key; next in 8 s". */
  detail?: ReactNode;
  ring?: { leftMs: number; timeoutMs: number };
}) {
  if (state === 'not-in-step') return <div className="min-h-15 px-3 py-2.25 text-ink-3">not in this step</div>;
  const shown = SHOWN[state];
  const hot = state === 'unknown' || state === 'failed';
  return (
    <div
      className={cx(
        'flex h-full min-h-15 gap-2 border-l-3 px-3 py-2.25',
        hot ? cx(TONE.crit, 'border-(--s) bg-(--st) [--icon-cut:var(--st)]') : 'border-transparent',
      )}
    >
      <div className="min-w-0 flex-1">
        <Status kind={shown.kind} tone={hot ? 'crit' : undefined}>
          {shown.word}
        </Status>
        {detail && <div className="text-xs text-ink-2">{detail}</div>}
      </div>
      {ring && state === 'running' && <TimeRing {...ring} />}
    </div>
  );
}

const RADIUS = 14;
const ROUND = 2 * Math.PI * RADIUS;

/** Time left of a timeout, as a ring around the countdown. */
export function TimeRing({ leftMs, timeoutMs }: { leftMs: number; timeoutMs: number }) {
  const share = timeoutMs > 0 ? Math.min(1, Math.max(0, leftMs / timeoutMs)) : 0;
  return (
    <span
      className="relative grid size-9 flex-none place-items-center"
      role="timer"
      aria-label={`${formatCountdown(leftMs)} left`}
    >
      <svg viewBox="0 0 32 32" className="absolute inset-0 -rotate-90" aria-hidden="true">
        <circle cx="16" cy="16" r={RADIUS} fill="none" stroke="var(--color-line-strong)" strokeWidth="2" />
        <circle
          cx="16"
          cy="16"
          r={RADIUS}
          fill="none"
          stroke="var(--color-run)"
          strokeWidth="2"
          strokeDasharray={`${ROUND * share} ${ROUND}`}
        />
      </svg>
      <span className="text-2xs font-medium" aria-hidden="true">
        {formatCountdown(leftMs)}
      </span>
    </span>
  );
}
