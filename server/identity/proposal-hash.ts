import { contentHash } from '../audit/canonical';

/** What an approver of a role signs: this proposal, for this person, in this scope. */
export const proposalHash = (proposal: {
  id: string;
  personId: string;
  role: string;
  portfolioId: string | null;
}): string =>
  contentHash({
    id: proposal.id,
    personId: proposal.personId,
    role: proposal.role,
    portfolioId: proposal.portfolioId,
  });
