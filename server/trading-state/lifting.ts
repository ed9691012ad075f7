import type { Role } from '../kernel/actor';
import type { Latch } from './latch';

/**
 * One person's leave to lift, as stored on the latch: re-checked against the roles held when it is counted. `content` is the
 * hash of what was signed; leave for anything else does not count with it.
 */
export type ExitApproval = { personId: string; name: string; role: Role; at: string; factor: string; content?: string };

/** A halt is lifted at the earliest after this; it never lifts by itself. */
export const HALT_EARLIEST_MS = 24 * 3_600_000;
/** After a halt the scope trades only down for this long. */
export const REDUCING_AFTER_HALT_MS = 15 * 60_000;

export type LiftVerdict =
  | { kind: 'may' }
  | { kind: 'needs-second'; text: string }
  | { kind: 'refused'; code: 'TOO_EARLY' | 'LIFTS_BY_ITSELF' | 'NEEDS_RISK_OFFICER'; text: string };

const distinctPeople = (approvals: readonly ExitApproval[]): ExitApproval[] =>
  approvals.filter((a, i) => approvals.findIndex((b) => b.personId === a.personId) === i);

/**
 * Whether a latch may be lifted with the approvals it has, those of people who still hold their role.
 *
 * HALTED: two people, one of them a risk officer, 24 h after it was set at the earliest; REDUCING: one risk officer.
 * `falseAlarm` sets the 24 h aside: it takes a risk officer and a manager; two of one kind are not enough.
 */
export function liftVerdict(
  latch: Latch,
  approvals: readonly ExitApproval[],
  now: Date,
  falseAlarm = false,
): LiftVerdict {
  if (latch.exitRule === 'fresh-samples' && latch.state === 'REDUCING') {
    const text = 'This lifts by itself after 3 fresh samples within limits. Restore the feed; nothing else is needed.';
    return { kind: 'refused', code: 'LIFTS_BY_ITSELF', text };
  }
  if (latch.exitRule === 'timed') {
    const text = `This lifts by itself at ${latch.earliestExitAt?.toISOString() ?? 'its time'}. Nothing else is needed.`;
    return { kind: 'refused', code: 'LIFTS_BY_ITSELF', text };
  }
  const earliest = latch.earliestExitAt;
  if (!falseAlarm && earliest && now < earliest) {
    const text = `Trading may be enabled again from ${earliest.toISOString()} at the earliest. Before that only as a false alarm, with corrected data.`;
    return { kind: 'refused', code: 'TOO_EARLY', text };
  }
  const people = distinctPeople(approvals);
  const officers = people.filter((a) => a.role === 'risk-officer').length;
  if (latch.exitRule === 'one-person' || latch.exitRule === 'lease' || latch.exitRule === 'episode') {
    return officers > 0
      ? { kind: 'may' }
      : { kind: 'refused', code: 'NEEDS_RISK_OFFICER', text: 'A Risk officer lifts REDUCING.' };
  }
  if (falseAlarm) {
    const managers = people.filter((a) => a.role === 'manager').length;
    if (officers >= 1 && managers >= 1) return { kind: 'may' };
    return {
      kind: 'needs-second',
      text: `One more person is needed: ${officers === 0 ? 'a Risk officer' : 'a Manager'}.`,
    };
  }
  if (people.length >= 2 && officers >= 1) return { kind: 'may' };
  const missing = officers === 0 ? 'a Risk officer' : 'a Manager or a second Risk officer';
  return { kind: 'needs-second', text: `One more person is needed: ${missing}.` };
}
