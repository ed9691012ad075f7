import type { EngineReport } from './messages';

/** A lease that was out for longer than this is not lifted by its renewal: the engine stays locked until a person resumes. */
export const LEASE_GRACE_MS = 15 * 60_000;

/**
 * For how long the lease that an engine last told of has been out, by the real clock; 0 while it holds, null where the engine
 * never had one or never said so.
 */
export function leaseOutMs(report: Pick<EngineReport, 'leaseUntil'> | null, now: Date): number | null {
  if (!report?.leaseUntil) return null;
  return Math.max(0, now.getTime() - new Date(report.leaseUntil).getTime());
}
