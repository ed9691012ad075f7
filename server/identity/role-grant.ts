import type { Role } from '../kernel/actor';

/** Roles that decide about money or people: granting one takes two people. */
export const POWERFUL: readonly Role[] = ['risk-officer', 'manager', 'board', 'admin'];
/** Roles of which two people must agree to such a grant. */
export const APPROVERS: readonly Role[] = ['manager', 'board'];

export type GrantRule = 'at-once' | 'first-run' | 'two-people' | 'refused';

/**
 * How a grant asked for by someone comes into force.
 *
 * Viewer, engineer and quant are granted by an admin at once. A powerful role waits for two people of manager or board.
 * Until two such people have ever enrolled nobody could agree, so an admin staffs a new installation alone; that door
 * shuts for good with the second of them.
 */
export function grantRule(input: { role: Role; proposerRoles: Role[]; approversEverEnrolled: number }): GrantRule {
  const { role, proposerRoles, approversEverEnrolled } = input;
  const isAdmin = proposerRoles.includes('admin');
  const isApprover = proposerRoles.some((held) => APPROVERS.includes(held));
  if (!isAdmin && !isApprover) return 'refused';
  if (!POWERFUL.includes(role)) return isAdmin ? 'at-once' : 'two-people';
  return isAdmin && approversEverEnrolled < 2 ? 'first-run' : 'two-people';
}

export type Approval = { personId: string; at: string };

/** Why a person may not agree to a grant, or null. The person it is for never does, nor does anyone twice. */
export function approvalFault(input: {
  personId: string;
  roles: Role[];
  proposal: { personId: string; approvals: Approval[] };
}): 'role' | 'own' | 'twice' | null {
  const { personId, roles, proposal } = input;
  if (!roles.some((held) => APPROVERS.includes(held))) return 'role';
  if (proposal.personId === personId) return 'own';
  return proposal.approvals.some((approval) => approval.personId === personId) ? 'twice' : null;
}

/** Whether two different people who are enabled approvers now have agreed; one who lost the role since counts no more. */
export const isAgreed = (approvals: Approval[], enabledApprovers: Set<string>): boolean =>
  new Set(approvals.map(({ personId }) => personId).filter((id) => enabledApprovers.has(id))).size >= 2;
