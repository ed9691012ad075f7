import type { Role } from '../kernel/actor';
import type { EmergencyScope } from './plan';

/** What each of the two people attests before trading resumes. Versioned by its words: they are part of what is signed. */
export const RESUME_CHECKLIST = [
  { key: 'cause', statement: 'The cause is understood and has ended.' },
  { key: 'orders', statement: 'Working orders and positions at every system are as they should be.' },
  { key: 'reconciled', statement: 'Positions and cash are reconciled with the venue.' },
  { key: 'limits', statement: 'Limits and capital fit the first session back.' },
  { key: 'told', statement: 'Those who were told of the stop know that trading resumes.' },
] as const;
export type ChecklistKey = (typeof RESUME_CHECKLIST)[number]['key'];

export type ResumeApproval = {
  personId: string;
  name: string;
  role: Role;
  at: string;
  factor: string;
  contentHash: string;
};

/** Exactly what an approver is shown and signs. Any change of it asks for new signatures. */
export const resumeContent = (emergency: {
  id: string;
  number: string;
  scopeKey: string;
  severity: string;
  state: string;
  epoch: number;
  openSteps: string[];
}) => ({ ...emergency, statements: RESUME_CHECKLIST.map(({ statement }) => statement) });

/** The role in which a person counts towards a resume, or why they do not. */
export type Standing = { role: Role } | { refused: string };

/**
 * A risk officer or manager; a board member only where the other two could never be found. Never the strategy's owner,
 * never an engineer, whatever else they are.
 */
export function standingOf(
  person: { personId: string; roles: readonly Role[] },
  facts: { ownerId: string | null; otherOfficers: number },
): Standing {
  if (person.personId === facts.ownerId) return { refused: 'The owner of the strategy may not resume it.' };
  if (person.roles.includes('engineer'))
    return { refused: 'An engineer may not resume, whatever other roles they hold.' };
  if (person.roles.includes('risk-officer')) return { role: 'risk-officer' };
  if (person.roles.includes('manager')) return { role: 'manager' };
  if (!person.roles.includes('board'))
    return { refused: 'It takes a Risk officer and a Manager (or a second Risk officer).' };
  return facts.otherOfficers >= 2
    ? { refused: 'A board member counts only where there is no second Risk officer or Manager.' }
    : { role: 'board' };
}

export type ResumeVerdict = { kind: 'may' } | { kind: 'needs'; text: string };

/**
 * Two different people, one of them a risk officer; for the whole firm a risk officer and a manager. Approvals of people
 * who no longer stand, or of other content than `contentHash`, do not count.
 */
export function resumeVerdict(
  approvals: readonly ResumeApproval[],
  facts: { scope: EmergencyScope['kind']; contentHash: string; standing: (personId: string) => Role | null },
): ResumeVerdict {
  const counted = new Map<string, Role>();
  for (const approval of approvals) {
    const role = facts.standing(approval.personId);
    if (role && approval.contentHash === facts.contentHash) counted.set(approval.personId, role);
  }
  const roles = [...counted.values()];
  const officers = roles.filter((role) => role === 'risk-officer').length;
  const others = roles.length - officers;
  if (facts.scope === 'firm' && officers >= 1 && others >= 1) return { kind: 'may' };
  if (facts.scope !== 'firm' && roles.length >= 2 && officers >= 1) return { kind: 'may' };
  const second = facts.scope === 'firm' ? 'a Manager' : 'a Manager or a second Risk officer';
  const missing = [officers === 0 ? 'a Risk officer' : null, roles.length - Math.min(1, officers) < 1 ? second : null];
  return { kind: 'needs', text: `Still needed: ${missing.filter(Boolean).join(' and ') || second}.` };
}
