import type { Role } from '../kernel/actor';
import type { Severity } from '../notifications/routing';

export const SILENCE_HOURS = { most: 24, mostCriticalRisk: 4 } as const;

export type SilenceVerdict = { allowed: true } | { allowed: false; why: string };

/**
 * May these roles silence an alert that long? 24 h at most; a critical alert about risk only by a Risk officer and for
 * 4 h. `hours` is counted from now.
 */
export function silenceVerdict(
  alert: { severity: Severity; fingerprint: string },
  roles: Role[],
  hours: number,
): SilenceVerdict {
  if (!(hours > 0)) return { allowed: false, why: 'A silence ends in the future. Choose a later end.' };
  if (hours > SILENCE_HOURS.most) {
    return { allowed: false, why: `A silence lasts ${SILENCE_HOURS.most} h at most. Choose an earlier end.` };
  }
  if (alert.severity !== 'critical' || !alert.fingerprint.startsWith('risk/')) return { allowed: true };
  if (!roles.includes('risk-officer')) {
    return { allowed: false, why: 'Only a Risk officer may silence a critical risk alert. You can acknowledge it.' };
  }
  if (hours > SILENCE_HOURS.mostCriticalRisk) {
    return {
      allowed: false,
      why: `A critical risk alert is silenced for ${SILENCE_HOURS.mostCriticalRisk} h at most. Choose an earlier end.`,
    };
  }
  return { allowed: true };
}
