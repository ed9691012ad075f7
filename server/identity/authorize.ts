import type { Actor } from '../kernel/actor';
import { DomainError } from '../kernel/errors';
import { type Action, type Leave, leaveFor, rolesThatMay } from './permissions';

export type AccessScope = {
  /** The portfolio acted in; null for the whole firm, left out for what belongs to neither, such as one's own account. */
  portfolioId?: string | null;
  /** Owner of the strategy acted on, for roles that may act on their own only. */
  ownerId?: string | null;
  /** The scope an API key must carry; without it a key is refused. */
  keyScope?: string;
};

/**
 * Refuses, or says how strong the leave is. Jobs of the product pass; engines never do; a key passes only by its scope
 * and portfolio. Throws FORBIDDEN with who could do it.
 */
export function authorize(actor: Actor, action: Action, scope: AccessScope = {}): Leave {
  const { portfolioId } = scope;
  switch (actor.kind) {
    case 'job':
      return 'alone';
    case 'engine':
      throw new DomainError('FORBIDDEN', 'An engine may report, never decide.');
    case 'key': {
      const fits = scope.keyScope !== undefined && actor.scopes.includes(scope.keyScope);
      const sees = actor.portfolioId === null || actor.portfolioId === portfolioId;
      if (fits && sees) return 'alone';
      throw new DomainError(
        'FORBIDDEN',
        `This API key lacks the scope ${scope.keyScope ?? 'for this'}${sees ? '' : ' in this portfolio'}.`,
      );
    }
    case 'person': {
      const owns = scope.ownerId !== undefined && scope.ownerId === actor.personId;
      const leave = leaveFor(actor.grants, action, portfolioId, owns);
      if (leave) return leave;
      throw new DomainError('FORBIDDEN', `Your role may not do this. It takes ${rolesThatMay(action)}.`, {
        data: { action },
      });
    }
  }
}

/** Portfolio ids a person or key sees; null means all of them. */
export function visiblePortfolios(actor: Actor): string[] | null {
  if (actor.kind === 'job') return null;
  if (actor.kind === 'key') return actor.portfolioId === null ? null : [actor.portfolioId];
  if (actor.kind === 'engine') return [];
  if (actor.grants.some((grant) => grant.portfolioId === null)) return null;
  return [...new Set(actor.grants.map((grant) => grant.portfolioId as string))];
}
