import type { LimitsView } from '@/server/risk/views/view';

/** Whether limits may be called kept: what is over and not confirmed, or is not known, is said instead. */
export type LimitsStanding = { kind: 'kept' } | { kind: 'pending' | 'unknown'; why: string };

/** A strategy without 30 trades and a pair without 60 days are young, not unwatched. */
const YOUNG = ['winRate', 'correlation'];

/** How all limits stand where no breach runs; `isStale`: the newest sample is older than it may be, or there is none. */
export function standingOf({ rows }: Pick<LimitsView, 'rows'>, isStale: boolean): LimitsStanding {
  if (isStale) return { kind: 'unknown', why: 'The newest snapshot is too old, so no limit is known.' };
  const over = rows.filter((row) => row.state === 'breach');
  if (over.length > 0) {
    const sentences = over.map((row) => row.sentence).join('; ');
    return {
      kind: 'pending',
      why: `${sentences}. The next samples confirm it or not; no new risk is allowed until then.`,
    };
  }
  const watched = rows.filter((row) => !YOUNG.includes(row.measure));
  const unknown = watched.filter((row) => row.state === 'unknown');
  if (unknown.length === 0) return { kind: 'kept' };
  const names = [...new Set(unknown.map((row) => (row.subject ? `${row.name} ${row.subject}` : row.name)))].join(', ');
  return { kind: 'unknown', why: `${unknown.length} of ${watched.length} limits are unknown: ${names}.` };
}
