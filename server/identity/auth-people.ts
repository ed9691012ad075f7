import 'server-only';
import { type PersonActor, type Role, rolesIn } from '../kernel/actor';
import { proposalHash } from './proposal-hash';
import { approvalFault } from './role-grant';
import { listPeople, openProposals } from './store';

/** Everyone with their roles, and the grants that wait, with why the person asking may not agree to each. */
export async function peopleAndProposals(actor: PersonActor) {
  const [people, waiting] = await Promise.all([listPeople(), openProposals()]);
  const nameOf = (id: string) => people.find((person) => person.id === id)?.name ?? 'someone';
  const proposals = waiting.map((proposal) => ({
    id: proposal.id,
    personId: proposal.personId,
    personName: nameOf(proposal.personId),
    role: proposal.role as Role,
    portfolioId: proposal.portfolioId,
    proposedByName: nameOf(proposal.proposedBy),
    proposedAt: proposal.proposedAt,
    agreed: proposal.approvals.map(({ personId, at }) => ({ name: nameOf(personId), at })),
    fault: approvalFault({ personId: actor.personId, roles: rolesIn(actor.grants, proposal.portfolioId), proposal }),
    contentHash: proposalHash(proposal),
  }));
  return { people, proposals };
}
