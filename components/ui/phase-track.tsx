import { cx } from './cx';
import { Glyph, type GlyphName } from './glyph';

export type TrackState = 'done' | 'running' | 'awaiting' | 'not-started' | 'failed' | 'rolled-back' | 'held';

export type TrackPart = {
  key: string;
  label: string;
  state: TrackState;
  /** Under the label, large track only: "passed 12 Nov, 41 min". */
  sub?: string;
  /** Share that is done while running, 0-1. */
  share?: number;
};

const MARK: Record<TrackState, { glyph: GlyphName; colour: string; word: string }> = {
  done: { glyph: 'ok', colour: 'text-ok', word: 'done' },
  running: { glyph: 'run', colour: 'text-run', word: 'running' },
  awaiting: { glyph: 'wait', colour: 'text-run', word: 'awaiting approval' },
  'not-started': { glyph: 'off', colour: 'text-off', word: 'not started' },
  failed: { glyph: 'fail', colour: 'text-high', word: 'failed' },
  'rolled-back': { glyph: 'void', colour: 'text-warn', word: 'rolled back' },
  held: { glyph: 'lock', colour: 'text-off', word: 'held' },
};

const BAR: Record<TrackState, string> = {
  done: 'bg-ok',
  running: 'bg-raised inset-ring inset-ring-run',
  awaiting: 'hatch-wait inset-ring inset-ring-run',
  'not-started': 'bg-raised inset-ring inset-ring-line-strong',
  failed: 'bg-high',
  'rolled-back': 'bg-raised inset-ring inset-ring-warn',
  held: 'hatch-unknown inset-ring inset-ring-line-strong',
};

function Part({ part, big }: { part: TrackPart; big: boolean }) {
  const mark = MARK[part.state];
  const isOn = part.state === 'running' || part.state === 'awaiting';
  return (
    <li className="min-w-0" aria-current={isOn ? 'step' : undefined}>
      <div
        className={cx(
          'relative overflow-hidden rounded-[1px] forced-color-adjust-none',
          big ? 'h-2.5' : 'h-1.5',
          BAR[part.state],
        )}
      >
        {part.state === 'running' && (
          <i
            className="absolute inset-y-0 left-0 bg-run"
            style={{ width: `${Math.min(1, Math.max(0, part.share ?? 0)) * 100}%` }}
          />
        )}
      </div>
      <div
        className={cx(
          'flex items-center gap-1 whitespace-nowrap',
          big ? 'mt-1.5 text-xs' : 'mt-0.75 text-2xs',
          isOn ? 'font-medium text-ink' : 'text-ink-3',
        )}
      >
        <Glyph name={mark.glyph} size="sm" className={mark.colour} />
        <span className={big ? 'truncate' : 'tracking-[-0.02em]'}>{part.label}</span>
        <span className="sr-only">, {mark.word}</span>
      </div>
      {big && part.sub && <div className="truncate text-2xs text-ink-3">{part.sub}</div>}
    </li>
  );
}

/** Three phases and the tranches of the fourth. `big` for a launch's own page, else for a row in a list. */
export function PhaseTrack({
  phases,
  tranches,
  big = false,
  label = 'Phases and tranches',
}: {
  phases: readonly TrackPart[];
  tranches: readonly TrackPart[];
  big?: boolean;
  label?: string;
}) {
  return (
    <ol
      aria-label={label}
      className={cx(
        'grid',
        big ? 'grid-cols-3 gap-1 gap-y-3 md:grid-cols-[1fr_1fr_1fr_repeat(3,0.93fr)]' : 'grid-cols-6 gap-0.75',
      )}
    >
      {phases.map((part) => (
        <Part key={part.key} part={part} big={big} />
      ))}
      {tranches.map((part) => (
        <Part key={part.key} part={part} big={big} />
      ))}
    </ol>
  );
}
