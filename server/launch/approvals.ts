import { ROLE_LABEL, type Role } from '../kernel/actor';
import type { GateRule } from './policy';

export type ApprovalFact = {
  id: string;
  personId: string;
  personName: string;
  decision: 'approved' | 'rejected';
  reason: string;
  contentHash: string;
  decidedAt: Date;
  expiresAt: Date;
  voidedAt: Date | null;
  voidReason: string | null;
};

/** An enabled person and the roles that count in the launch's portfolio, as they are now. */
export type PersonFact = { id: string; name: string; roles: readonly Role[] };

/** People who may not approve this gate, and why: they proposed it, run it, or made what goes live. */
export type Excluded = ReadonlyMap<string, 'proposer' | 'executor' | 'release author'>;

export type ApprovalStanding =
  | 'counts'
  | 'rejected'
  | 'superseded'
  | 'voided'
  | 'expired'
  | 'not-standing'
  | 'excluded';

/**
 * What one decision is worth now. The newest decision of a person is the one that counts. An approval falls with a
 * changed content, with time, with its person's account or role; a rejection stands whatever changes, until the person
 * who gave it decides anew: a judgement is not outrun by an edit.
 */
export function approvalStanding(
  one: ApprovalFact,
  all: readonly ApprovalFact[],
  facts: { hash: string; people: readonly PersonFact[]; excluded: Excluded; now: Date },
): ApprovalStanding {
  if (all.some((other) => other.personId === one.personId && isLater(other, one))) return 'superseded';
  if (!facts.people.some((person) => person.id === one.personId)) return 'not-standing';
  if (one.decision === 'rejected') return one.voidedAt ? 'voided' : 'rejected';
  if (one.voidedAt || one.contentHash !== facts.hash) return 'voided';
  if (one.expiresAt <= facts.now) return 'expired';
  return facts.excluded.has(one.personId) ? 'excluded' : 'counts';
}

const isLater = (a: ApprovalFact, b: ApprovalFact): boolean =>
  a.decidedAt.getTime() > b.decidedAt.getTime() || (a.decidedAt.getTime() === b.decidedAt.getTime() && a.id > b.id);

/**
 * Assigns people to the demanded roles, one person to one role at most; gives the largest assignment found.
 * The lists are short (two or three), so every assignment is tried.
 */
export function assignRoles(
  demanded: readonly Role[],
  people: readonly PersonFact[],
): { role: Role; person: PersonFact | null }[] {
  let best: (PersonFact | null)[] = demanded.map(() => null);
  const size = (list: (PersonFact | null)[]) => list.filter((one) => one !== null).length;
  const walk = (index: number, taken: (PersonFact | null)[]): void => {
    if (index === demanded.length) {
      if (size(taken) > size(best)) best = [...taken];
      return;
    }
    for (const person of people) {
      if (!person.roles.includes(demanded[index]!) || taken.some((one) => one?.id === person.id)) continue;
      walk(index + 1, [...taken, person]);
      if (size(best) === demanded.length) return;
    }
    walk(index + 1, [...taken, null]);
  };
  walk(0, []);
  return demanded.map((role, index) => ({ role, person: best[index] ?? null }));
}

export type ApprovalCount = {
  slots: { role: Role; person: PersonFact | null }[];
  isComplete: boolean;
  rejections: ApprovalFact[];
  /** False when enabled people, less those excluded, could never meet the policy. */
  isMeetable: boolean;
};

/** How far a gate is approved: each demanded role by a different person, nobody who proposed, runs or made it. */
export function countApprovals(
  rule: Pick<GateRule, 'roles'>,
  approvals: readonly ApprovalFact[],
  facts: { hash: string; people: readonly PersonFact[]; excluded: Excluded; now: Date },
): ApprovalCount {
  const standing = approvals.map((one) => ({ one, is: approvalStanding(one, approvals, facts) }));
  const approvers = facts.people.filter((person) =>
    standing.some(({ one, is }) => is === 'counts' && one.personId === person.id),
  );
  const slots = assignRoles(rule.roles, approvers);
  const possible = facts.people.filter((person) => !facts.excluded.has(person.id));
  return {
    slots,
    isComplete: slots.every(({ person }) => person !== null),
    rejections: standing.filter(({ is }) => is === 'rejected').map(({ one }) => one),
    isMeetable: assignRoles(rule.roles, possible).every(({ person }) => person !== null),
  };
}

export type ApproverAnswer = { may: true; role: Role } | { may: false; code: string; why: string };

/** Whether a person may decide at this gate. Self-approval is refused to everybody, admins included. */
export function mayApprove(
  rule: Pick<GateRule, 'roles'>,
  person: PersonFact,
  excluded: Excluded,
  count: Pick<ApprovalCount, 'slots'>,
): ApproverAnswer {
  const why = excluded.get(person.id);
  if (why) {
    return {
      may: false,
      code: 'SELF_APPROVAL',
      why: `You are the ${why} here. Nobody approves what they proposed, run or made; ask another person.`,
    };
  }
  const role =
    count.slots.find((slot) => slot.person === null && person.roles.includes(slot.role))?.role ??
    rule.roles.find((one) => person.roles.includes(one));
  if (!role) {
    const who = rule.roles.map((one) => ROLE_LABEL[one]).join(' and ');
    return { may: false, code: 'FORBIDDEN', why: `This gate is decided by ${who}.` };
  }
  return { may: true, role };
}

/** The demanded roles in words: "1 Engineer and 1 Manager". */
export function rolesText(roles: readonly Role[]): string {
  const counts = new Map<Role, number>();
  for (const role of roles) counts.set(role, (counts.get(role) ?? 0) + 1);
  return [...counts].map(([role, count]) => `${count} ${ROLE_LABEL[role]}`).join(' and ');
}
