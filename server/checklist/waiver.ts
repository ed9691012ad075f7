import { ROLE_LABEL, type Role } from '../kernel/actor';
import { durationText } from '../kernel/format';

export type WaiverApproval = { personId: string; name: string; role: string; at: string; factor: string };

export type WaiverFact = {
  id: string;
  reason: string;
  proposedBy: string;
  proposedByName: string;
  proposedAt: Date;
  approvals: readonly WaiverApproval[];
  grantedAt: Date | null;
  expiresAt: Date;
  rejectedAt: Date | null;
  revokedAt: Date | null;
  /** Probes that were not good when it was proposed: they are what it exempts. */
  exemptProbes: readonly string[];
};

export type WaiverState = 'proposed' | 'in-force' | 'expired' | 'rejected' | 'revoked';

const DAY = 86_400_000;
/** The longest a waiver may run; what must stay exempt longer is proposed again and looked at again. */
export const LONGEST_WAIVER_DAYS = 90;

/** Where a waiver stands. Its expiry ends it by itself, whether or not anybody has noticed yet. */
export function waiverState(waiver: WaiverFact, now: Date): WaiverState {
  if (waiver.rejectedAt) return 'rejected';
  if (waiver.revokedAt) return 'revoked';
  if (waiver.expiresAt <= now) return 'expired';
  return waiver.grantedAt ? 'in-force' : 'proposed';
}

/** Roles whose approval a waiver needs: a manager; for a critical item a risk officer and a manager, two people. */
export const waiverRoles = (isCritical: boolean): Role[] => (isCritical ? ['risk-officer', 'manager'] : ['manager']);

/** What is wrong with the dates of a proposed waiver, or null. */
export function waiverDateFault(expiresAt: Date, now: Date): string | null {
  if (expiresAt <= now) return 'The waiver would already have expired. Choose a later day.';
  const longest = LONGEST_WAIVER_DAYS * DAY;
  if (expiresAt.getTime() - now.getTime() > longest) {
    return `A waiver runs ${durationText(longest)} at most. Choose an earlier day, and renew it when that comes.`;
  }
  return null;
}

export type WaiverAnswer =
  | { may: true; role: Role; grants: boolean; missing: Role[] }
  | { may: false; code: string; why: string };

/**
 * Whether this person may approve the waiver, in which role, and whether that grants it. Never the proposer, never
 * twice by one person, whatever roles they hold.
 */
export function waiverApproval(
  waiver: WaiverFact,
  isCritical: boolean,
  person: { personId: string; roles: readonly Role[] },
  now: Date,
): WaiverAnswer {
  const state = waiverState(waiver, now);
  if (state !== 'proposed') return { may: false, code: 'WAIVER_SETTLED', why: `This waiver is ${state} already.` };
  if (waiver.proposedBy === person.personId) {
    return { may: false, code: 'SELF_APPROVAL', why: 'You proposed this waiver. Somebody else approves it.' };
  }
  if (waiver.approvals.some((one) => one.personId === person.personId)) {
    return { may: false, code: 'ALREADY_APPROVED', why: 'You approved this waiver. It takes another person.' };
  }
  const given = waiver.approvals.map((one) => one.role);
  const missing = waiverRoles(isCritical).filter((role) => !given.includes(role));
  const role = missing.find((one) => person.roles.includes(one));
  if (!role) {
    const who = missing.map((one) => ROLE_LABEL[one]).join(' and ');
    return { may: false, code: 'WRONG_ROLE', why: `The waiver waits for ${who}.` };
  }
  return { may: true, role, grants: missing.length === 1, missing: missing.filter((one) => one !== role) };
}
