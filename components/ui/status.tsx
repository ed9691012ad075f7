import type { ReactNode } from 'react';
import { cx } from './cx';
import { Glyph, type GlyphName } from './glyph';
import { TONE, type Tone } from './tone';

/** Every status of the product: its outline, its colour and its own word. */
export const STATUS = {
  within: { glyph: 'ok', tone: 'ok', word: 'Within' },
  passed: { glyph: 'ok', tone: 'ok', word: 'Passed' },
  signed: { glyph: 'ok', tone: 'ok', word: 'Signed' },
  approved: { glyph: 'ok', tone: 'ok', word: 'Approved' },
  fresh: { glyph: 'ok', tone: 'ok', word: 'Fresh' },
  verified: { glyph: 'ok', tone: 'ok', word: 'Verified' },
  resolved: { glyph: 'ok', tone: 'ok', word: 'Resolved' },
  cleared: { glyph: 'ok', tone: 'ok', word: 'Cleared' },
  delivered: { glyph: 'ok', tone: 'ok', word: 'Delivered' },
  running: { glyph: 'run', tone: 'run', word: 'Running' },
  firing: { glyph: 'run', tone: 'run', word: 'Firing' },
  evidence: { glyph: 'note', tone: 'run', word: 'Evidence attached' },
  awaiting: { glyph: 'wait', tone: 'run', word: 'Awaiting' },
  pending: { glyph: 'wait', tone: 'run', word: 'Pending' },
  expired: { glyph: 'wait', tone: 'warn', word: 'Expired' },
  low: { glyph: 'low', tone: 'warn', word: 'Low' },
  medium: { glyph: 'warn', tone: 'warn', word: 'Medium' },
  soft: { glyph: 'warn', tone: 'warn', word: 'Over soft' },
  high: { glyph: 'high', tone: 'high', word: 'High' },
  breached: { glyph: 'high', tone: 'high', word: 'Breached' },
  critical: { glyph: 'crit', tone: 'crit', word: 'Critical' },
  halted: { glyph: 'halt', tone: 'crit', word: 'HALTED' },
  reducing: { glyph: 'reduce', tone: 'warn', word: 'REDUCING' },
  active: { glyph: 'active', tone: 'ok', word: 'ACTIVE' },
  failed: { glyph: 'fail', tone: 'high', word: 'Failed' },
  rejected: { glyph: 'fail', tone: 'high', word: 'Rejected' },
  unknown: { glyph: 'unknown', tone: 'off', word: 'Unknown' },
  'no-data': { glyph: 'unknown', tone: 'off', word: 'No data' },
  stale: { glyph: 'unknown', tone: 'off', word: 'Stale' },
  open: { glyph: 'off', tone: 'off', word: 'Open' },
  'not-started': { glyph: 'off', tone: 'off', word: 'Not started' },
  off: { glyph: 'off', tone: 'off', word: 'Off' },
  voided: { glyph: 'void', tone: 'warn', word: 'Voided' },
  revoked: { glyph: 'void', tone: 'off', word: 'Revoked' },
  'rolled-back': { glyph: 'void', tone: 'warn', word: 'Rolled back' },
  waived: { glyph: 'waive', tone: 'off', word: 'Waived' },
  acknowledged: { glyph: 'user', tone: 'run', word: 'Acknowledged' },
  silenced: { glyph: 'mute', tone: 'off', word: 'Silenced' },
  closed: { glyph: 'lock', tone: 'off', word: 'Closed' },
  blocked: { glyph: 'lock', tone: 'off', word: 'Blocked' },
} as const satisfies Record<string, { glyph: GlyphName; tone: Tone; word: string }>;

export type StatusKind = keyof typeof STATUS;

export type StatusProps = {
  kind: StatusKind;
  /** Instead of the status's own word. Never leave the word out: shape and colour alone are not a status. */
  children?: ReactNode;
  /** Quieter words after it: an age, a person, a reason. */
  detail?: ReactNode;
  /** Inside an emergency a failure is critical. */
  tone?: Tone;
  size?: 'sm' | 'md';
  className?: string;
};

/** Shape, colour and word of one status. */
export function Status({ kind, children, detail, tone, size = 'md', className }: StatusProps) {
  const known = STATUS[kind];
  const colour = tone ?? known.tone;
  return (
    <span
      className={cx(
        TONE[colour],
        'inline-flex items-baseline gap-1.25 font-medium whitespace-nowrap',
        colour === 'ok' ? 'text-ink-2' : 'text-(--s)',
        size === 'sm' && 'text-xs',
        className,
      )}
    >
      <Glyph name={known.glyph} size={size === 'sm' ? 'sm' : 'md'} className="relative top-0.5 text-(--s)" />
      <span>{children ?? known.word}</span>
      {detail != null && <span className="font-normal text-ink-3">{detail}</span>}
    </span>
  );
}

/** A status on its tint, 20 px high, for heads and beside titles. `plain` is an outlined label without a status. */
export function Tag({ kind, tone, children }: { kind?: StatusKind; tone?: Tone; children: ReactNode }) {
  const known = kind && STATUS[kind];
  const colour = tone ?? known?.tone;
  return (
    <span
      className={cx(
        'inline-flex h-5 items-center gap-1.25 rounded-sm px-1.5 text-xs font-medium whitespace-nowrap',
        colour
          ? cx(TONE[colour], 'bg-(--st) text-(--s) [--icon-cut:var(--st)]')
          : 'text-ink-2 inset-ring inset-ring-line-strong',
      )}
    >
      {known && <Glyph name={known.glyph} size="sm" />}
      {children}
    </span>
  );
}

/** How many, beside a heading. */
export function Count({ children }: { children: ReactNode }) {
  return (
    <span className="inline-block min-w-4.5 rounded-sm bg-raised px-1.25 text-center text-2xs leading-4.5 font-medium text-ink-2">
      {children}
    </span>
  );
}

const initialsOf = (name: string): string =>
  name.includes(' ')
    ? name
        .split(/\s+/)
        .map((word) => word[0])
        .join('')
        .slice(0, 2)
    : name.slice(0, 2);

/** A person's initials; the name or role always stands beside it. */
export function Initials({ children }: { children: string }) {
  return (
    <span
      aria-hidden="true"
      className="inline-grid size-5 flex-none place-items-center rounded-full bg-overlay text-[9px] leading-none font-semibold tracking-[0.02em] text-ink-2 inset-ring inset-ring-line-strong"
    >
      {initialsOf(children)}
    </span>
  );
}

/** Name of the key to press. */
export function Kbd({ children }: { children: ReactNode }) {
  return (
    <kbd className="inline-block min-w-4.5 rounded-xs border border-line-strong px-1 text-center font-sans text-2xs font-medium text-ink-2">
      {children}
    </kbd>
  );
}
