import { type PersonActor, rolesIn } from '../kernel/actor';
import { type ApprovalFact, approvalStanding, countApprovals, mayApprove, rolesText } from './approvals';
import type { GateContent } from './binding';
import { breakGlass } from './break-glass';
import { evaluateGate } from './gate';
import type { GateFacts } from './gate-facts';
import type { GateView } from './view';

type Loaded = { facts: GateFacts; content: GateContent; hash: string };
/** Decisions as they are stored carry more than the gate needs. */
type Stored = ApprovalFact & { role: string; factor: string };

/** A gate as its page shows it to one person: the verdict, who decided, and what they themselves may do. */
export function gateView(
  actor: PersonActor,
  named: { ownerId: string; launch: { portfolioId: string; openedBy: string } },
  loaded: Loaded,
): GateView {
  const { facts } = loaded;
  const verdict = evaluateGate(facts);
  const everyone = facts.people.known ? facts.people.value : [];
  const count = countApprovals(facts.rule, facts.approvals, { ...facts, people: everyone });
  const me = everyone.find((one) => one.id === actor.personId) ?? {
    id: actor.personId,
    name: actor.name,
    roles: rolesIn(actor.grants, named.launch.portfolioId),
  };
  const answer = mayApprove(facts.rule, me, facts.excluded, count);
  const standing = (one: Stored) => approvalStanding(one, facts.approvals, { ...facts, people: everyone });
  const approvals = facts.approvals as Stored[];
  const myFacts = { ...facts, excluded: new Map([[me.id, 'executor' as const], ...facts.excluded]) };
  const forMe = evaluateGate(myFacts);
  const override = breakGlass(myFacts, {
    id: me.id,
    isOwner: named.ownerId === me.id,
    isProposer: named.launch.openedBy === me.id,
  });
  return {
    gate: facts.gate,
    computedAt: facts.now,
    isOpen: verdict.isOpen,
    blockers: verdict.blockers,
    met: verdict.met,
    content: loaded.content,
    hash: loaded.hash,
    roles: facts.rule.roles,
    rolesText: rolesText(facts.rule.roles),
    validHours: facts.rule.validHours,
    slots: count.slots.map(({ role, person }) => ({ role, personName: person?.name ?? null })),
    approvals: approvals.map((one) => ({
      id: one.id,
      role: one.role,
      personName: one.personName,
      personId: one.personId,
      decision: one.decision,
      standing: standing(one),
      reason: one.reason,
      voidReason: one.voidReason,
      contentHash: one.contentHash,
      factor: one.factor,
      decidedAt: one.decidedAt,
      expiresAt: one.expiresAt,
    })),
    you: {
      mayApprove: answer.may ? answer : { may: false, why: answer.why },
      hasApproved: approvals.some((one) => one.personId === me.id && standing(one) === 'counts'),
      isOpenForYou: forMe.isOpen,
      whyNotForYou: verdict.isOpen && !forMe.isOpen ? 'You approved this gate. Another person uses it.' : null,
      override: override.may ? override : { may: false, why: override.why },
    },
  };
}
