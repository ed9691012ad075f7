'use client';
import type { CorrectionView } from '@/server/risk/instruments/correction-view-store';
import type { StatusKind } from '../ui/status';
import { Time } from '../ui/time';

/** The word of each state of a correction. */
export const CORRECTION_STATUS: Record<CorrectionView['state'], { kind: StatusKind; word: string }> = {
  waiting: { kind: 'awaiting', word: 'Waits for a second person' },
  overtaken: { kind: 'voided', word: 'Stated otherwise since' },
  applied: { kind: 'passed', word: 'In the register' },
  lapsed: { kind: 'expired', word: 'Lapsed' },
  'turned-down': { kind: 'rejected', word: 'Turned down' },
  'taken-back': { kind: 'revoked', word: 'Taken back' },
};

/** Who asked for a correction and why, who signed it, and how it ended. */
export function CorrectionMeta({ row }: { row: CorrectionView }) {
  const signed = row.approvals.map((one) => one.name).join(' and ');
  return (
    <p className="text-xs text-ink-3 wrap-anywhere">
      {row.reason} By {row.proposedByName} <Time at={row.proposedAt} withDate />
      {signed && `, signed by ${signed}`}
      {row.appliedAt && row.kind === 'looser' && (
        <>
          , in the register <Time at={row.appliedAt} withDate />
        </>
      )}
      {row.endedAt && (
        <>
          , ended by {row.endedByName} <Time at={row.endedAt} withDate />: {row.endedWhy}
        </>
      )}
    </p>
  );
}
