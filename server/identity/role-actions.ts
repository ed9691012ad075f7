import 'server-only';
import { recordEvent } from '../audit/record';
import { type Actor, actorRef, type Grant, type PersonActor, ROLE_LABEL, type Role, rolesIn } from '../kernel/actor';
import { DomainError, notFound } from '../kernel/errors';
import { newId } from '../kernel/ids';
import { inTransaction, publish, type Tx } from '../kernel/transaction';
import { authorize } from './authorize';
import { proposalHash } from './proposal-hash';
import { APPROVERS, approvalFault, grantRule, isAgreed } from './role-grant';
import { consumeStepUp } from './step-up';
import {
  closeGrant,
  enabledPeopleWith,
  everEnrolledWith,
  findGrant,
  type GrantProposal,
  grantsOf,
  insertGrant,
  insertProposal,
  lockPeople,
  lockPerson,
  lockProposal,
  updateProposal,
} from './store';

export type Asked = 'granted' | 'proposed';

/** An event about a person, and the pages of people ask anew. */
export function recordEventOfPerson(
  tx: Tx,
  actor: Actor,
  type: string,
  personId: string,
  data: Record<string, unknown> = {},
): void {
  recordEvent(tx, { type, actor, subject: { kind: 'person', id: personId }, data });
  publish(tx, 'people');
}

/** Asks for a role: in force at once, or waiting for two people, by `grantRule`. */
export async function askFor(tx: Tx, actor: PersonActor, personId: string, grant: Grant, now: Date): Promise<Asked> {
  const held = await grantsOf(personId, tx);
  if (held.some((own) => own.role === grant.role && own.portfolioId === grant.portfolioId)) {
    throw new DomainError('ALREADY_GRANTED', `This person is ${ROLE_LABEL[grant.role]} there already.`);
  }
  const rule = grantRule({
    role: grant.role,
    proposerRoles: rolesIn(actor.grants, grant.portfolioId),
    approversEverEnrolled: await everEnrolledWith([...APPROVERS], tx),
  });
  if (rule === 'refused') throw new DomainError('FORBIDDEN', 'Roles are given by an admin, a manager or the board.');
  if (rule === 'two-people') return propose(tx, actor, personId, grant, now);
  await insertGrant(tx, { ...grant, id: newId(), personId, grantedBy: actorRef(actor), grantedAt: now });
  recordEventOfPerson(tx, actor, 'people.role-granted', personId, { ...grant, rule });
  return 'granted';
}

async function propose(tx: Tx, actor: PersonActor, personId: string, grant: Grant, now: Date): Promise<Asked> {
  const id = newId();
  await insertProposal(tx, {
    ...grant,
    id,
    personId,
    change: 'grant',
    proposedBy: actor.personId,
    proposedAt: now,
    // Whoever proposes signs with a second factor like everybody who agrees.
    approvals: [],
  });
  recordEventOfPerson(tx, actor, 'people.role-proposed', personId, { ...grant, proposalId: id });
  return 'proposed';
}

/** Asks for one more role of a person. */
export async function askForRole(
  actor: PersonActor,
  input: { personId: string; role: Role; portfolioId: string | null },
): Promise<{ outcome: Asked }> {
  authorize(actor, 'people.manage', { portfolioId: input.portfolioId });
  const outcome = await inTransaction(async (tx, now) => {
    if (!(await lockPerson(tx, input.personId))) throw notFound('That person');
    return askFor(tx, actor, input.personId, { role: input.role, portfolioId: input.portfolioId }, now);
  });
  return { outcome };
}

async function openProposal(tx: Tx, id: string): Promise<GrantProposal> {
  const proposal = await lockProposal(tx, id);
  if (!proposal) throw notFound('That proposal');
  if (proposal.decidedAt) throw new DomainError('ALREADY_DECIDED', 'This proposal was decided already.');
  return proposal;
}

const FAULT = {
  role: 'It takes a manager or a board member to agree to this.',
  own: 'Nobody agrees to their own role.',
  twice: 'You agreed already. It takes another person.',
} as const;

/** Agrees to a proposed role; the second person's agreement puts it into force. */
export async function approveRole(
  actor: PersonActor,
  input: { proposalId: string; stepUp: string },
): Promise<{ outcome: 'granted' | 'waiting' }> {
  return inTransaction(async (tx, now) => {
    const proposal = await openProposal(tx, input.proposalId);
    authorize(actor, 'people.manage', { portfolioId: proposal.portfolioId });
    const roles = rolesIn(actor.grants, proposal.portfolioId);
    const fault = approvalFault({ personId: actor.personId, roles, proposal });
    if (fault) throw new DomainError(fault === 'role' ? 'FORBIDDEN' : 'SELF_APPROVAL', FAULT[fault]);
    const contentHash = proposalHash(proposal);
    await consumeStepUp(tx, actor, { token: input.stepUp, operation: 'people.manage', contentHash });
    const approvals = [...proposal.approvals, { personId: actor.personId, at: now.toISOString() }];
    const approvers = await enabledPeopleWith([...APPROVERS], proposal.portfolioId, tx);
    const agreed = isAgreed(approvals, new Set(approvers.map(({ id }) => id)));
    const { id, personId, portfolioId } = proposal;
    const role = proposal.role as Role;
    await updateProposal(tx, id, { approvals, ...(agreed ? { decidedAt: now, outcome: 'granted' } : {}) });
    recordEventOfPerson(tx, actor, 'people.role-approved', personId, {
      proposalId: id,
      role,
      portfolioId,
      contentHash,
    });
    if (!agreed) return { outcome: 'waiting' as const };
    await insertGrant(tx, { id: newId(), personId, role, portfolioId, grantedBy: actorRef(actor), grantedAt: now });
    recordEventOfPerson(tx, actor, 'people.role-granted', personId, { role, portfolioId, proposalId: id, approvals });
    return { outcome: 'granted' as const };
  });
}

/** Turns a proposal down; one is enough. */
export async function rejectRole(actor: PersonActor, input: { proposalId: string; reason: string }): Promise<void> {
  await inTransaction(async (tx, now) => {
    const proposal = await openProposal(tx, input.proposalId);
    authorize(actor, 'people.manage', { portfolioId: proposal.portfolioId });
    await updateProposal(tx, proposal.id, { decidedAt: now, outcome: 'rejected' });
    recordEventOfPerson(tx, actor, 'people.role-rejected', proposal.personId, {
      proposalId: proposal.id,
      reason: input.reason,
    });
  });
}

/** Throws LAST_ADMIN where nobody else could give roles any more. */
export async function assertAdminLeft(tx: Tx, without: string): Promise<void> {
  const admins = await enabledPeopleWith(['admin'], null, tx);
  if (admins.some(({ id }) => id !== without)) return;
  throw new DomainError('LAST_ADMIN', 'This is the last admin. Make another person admin first.');
}

/** Takes a role away, at once: less power never waits for a second person. In force at that person's next request. */
export async function revokeRole(actor: PersonActor, input: { grantId: string }): Promise<void> {
  await inTransaction(async (tx, now) => {
    await lockPeople(tx);
    const grant = await findGrant(tx, input.grantId);
    if (!grant) throw notFound('That role');
    authorize(actor, 'people.manage', { portfolioId: grant.portfolioId });
    if (!(await closeGrant(tx, grant.id, actorRef(actor), now))) throw notFound('That role');
    if (grant.role === 'admin' && grant.portfolioId === null) await assertAdminLeft(tx, grant.personId);
    const { personId, role, portfolioId } = grant;
    recordEventOfPerson(tx, actor, 'people.role-revoked', personId, { role, portfolioId });
  });
}
