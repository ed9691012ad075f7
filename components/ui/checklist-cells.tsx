import type { ReactNode } from 'react';
import type { Instant } from './instant';
import { Status, type StatusKind } from './status';
import { Age } from './time';
import type { Tone } from './tone';

/** Name of a checklist item; `2×` where two people must sign. */
export function ItemName({ title, critical, blocking }: { title: string; critical: boolean; blocking: boolean }) {
  return (
    <span className={blocking ? 'font-semibold' : 'font-medium'}>
      {title}
      {critical && (
        <span className="ml-1 text-xs font-normal text-ink-3">
          2×<span className="sr-only"> two people must sign</span>
        </span>
      )}
    </span>
  );
}

/** What a probe found and how old that is; items without one say so. */
export function ProbeCell({
  verdict,
  text,
  at,
  maxAgeMs,
}: {
  verdict: 'good' | 'bad' | 'unknown' | 'none';
  text?: string;
  at?: Instant;
  maxAgeMs?: number;
}) {
  if (verdict === 'none') return <span className="text-xs text-ink-3">person only</span>;
  const kind: StatusKind = verdict === 'good' ? 'verified' : verdict === 'bad' ? 'failed' : 'unknown';
  return (
    <Status kind={kind} detail={at && <Age at={at} maxAgeMs={maxAgeMs} />}>
      {text ?? (verdict === 'bad' ? 'Bad' : verdict === 'good' ? 'Good' : 'Unknown')}
    </Status>
  );
}

export type ItemState =
  | 'open'
  | 'evidence-attached'
  | 'half-signed'
  | 'signed'
  | 'waived'
  | 'failed'
  | 'expired'
  | 'voided';

const ITEM: Record<ItemState, { kind: StatusKind; word: string; edge?: Tone }> = {
  open: { kind: 'open', word: 'Open', edge: 'off' },
  'evidence-attached': { kind: 'evidence', word: 'Evidence', edge: 'off' },
  'half-signed': { kind: 'awaiting', word: '1 of 2', edge: 'run' },
  signed: { kind: 'signed', word: 'Signed' },
  waived: { kind: 'waived', word: 'Waived' },
  failed: { kind: 'failed', word: 'Failed', edge: 'high' },
  expired: { kind: 'expired', word: 'Expired', edge: 'warn' },
  voided: { kind: 'voided', word: 'Voided', edge: 'warn' },
};

/** Edge of a row that blocks; `rowTone` of the table. */
export const itemEdge = (state: ItemState): Tone | undefined => ITEM[state].edge;

/** Where the signatures of an item stand. */
export function SignOffCell({ state, detail, word }: { state: ItemState; detail?: ReactNode; word?: string }) {
  const shown = ITEM[state];
  return (
    <Status kind={shown.kind} detail={detail}>
      {word ?? shown.word}
    </Status>
  );
}
