'use client';
import type { ReactNode } from 'react';
import { useNow } from './clock';
import { formatDuration, formatStopwatch, formatUnit } from './format';
import { type Instant, toMillis } from './instant';
import { Status, type StatusKind } from './status';
import { Time } from './time';

export type SoakState = 'counting' | 'paused' | 'restarted' | 'held';

const SHOWN: Record<SoakState, { kind: StatusKind; word: string }> = {
  counting: { kind: 'running', word: 'Counting' },
  paused: { kind: 'unknown', word: 'Paused' },
  restarted: { kind: 'voided', word: 'Restarted' },
  held: { kind: 'passed', word: 'Held' },
};

export type SoakClockProps = {
  /** "Soak at 50 %". */
  title: string;
  state: SoakState;
  /** Continuous health held when it was computed, in milliseconds. */
  heldMs: number;
  requiredMs: number;
  /** When `heldMs` was computed; while counting the clock runs on from there. */
  asOf: Instant;
  startedAt?: Instant;
  earliestEnd?: Instant;
  /** Why it is paused or was restarted, as the server words it. */
  why?: ReactNode;
  /** Pauses, in the share of the elapsed span (0-1), cut out of the bar. */
  pauses?: readonly { from: number; to: number; label: string }[];
};

/** How long continuous health has been held, and how long is asked. */
export function SoakClock({
  title,
  state,
  heldMs,
  requiredMs,
  asOf,
  startedAt,
  earliestEnd,
  why,
  pauses = [],
}: SoakClockProps) {
  const now = useNow();
  const running = state === 'counting' ? Math.max(0, now - toMillis(asOf)) : 0;
  const held = Math.min(requiredMs, heldMs + running);
  const share = requiredMs > 0 ? held / requiredMs : 1;
  const shown = SHOWN[state];
  return (
    <section aria-label={title} className="px-4 pt-2.5 pb-3.5">
      <div className="flex flex-wrap items-baseline gap-x-3 gap-y-1">
        <h2 className="text-sm font-semibold">{title}</h2>
        <span role="timer" className="text-xl font-medium tracking-[-0.02em]" suppressHydrationWarning>
          {formatStopwatch(held)}
        </span>
        <span className="text-ink-3">of {formatStopwatch(requiredMs)} in continuous health</span>
        <span className="ml-auto flex flex-wrap items-baseline gap-2 phone:ml-0">
          <Status kind={shown.kind}>{shown.word}</Status>
          {earliestEnd && state !== 'held' && (
            <span className="text-xs text-ink-3">
              earliest end <Time at={earliestEnd} withDate />
            </span>
          )}
        </span>
      </div>
      <div
        role="progressbar"
        aria-label={`${title}, health held`}
        aria-valuemin={0}
        aria-valuemax={100}
        aria-valuenow={Math.round(share * 1000) / 10}
        aria-valuetext={`${formatDuration(held)} of ${formatDuration(requiredMs)}`}
        className="relative mt-2 h-3 rounded-[1px] bg-raised inset-ring inset-ring-line-strong"
      >
        <i className="absolute inset-y-0 left-0 bg-run" style={{ width: `${share * 100}%` }} />
        {pauses.map((pause) => (
          <i
            key={pause.from}
            title={pause.label}
            className="hatch-unknown absolute -inset-y-px"
            style={{
              left: `${pause.from * share * 100}%`,
              width: `max(3px, ${(pause.to - pause.from) * share * 100}%)`,
            }}
          />
        ))}
        <b className="absolute -inset-y-1 w-0.5 bg-ink" style={{ left: `calc(${share * 100}% - 1px)` }} />
      </div>
      <div className="mt-1 flex flex-wrap justify-between gap-x-4 text-2xs text-ink-3">
        {startedAt ? <Time at={startedAt} withDate /> : <span />}
        {pauses.length > 0 && <span>{pauses.map((pause) => pause.label).join('; ')}</span>}
        <span>{formatUnit(requiredMs / 3_600_000, 'h', { digits: 1, minDigits: 0 })}</span>
      </div>
      {why && <p className="mt-1 text-xs text-ink-2">{why}</p>}
    </section>
  );
}
