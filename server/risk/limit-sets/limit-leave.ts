import { authorize } from '../../identity/authorize';
import { leaveFor } from '../../identity/permissions';
import type { PersonActor } from '../../kernel/actor';

/**
 * Refuses who may neither tighten nor loosen limits in a place (null: the whole firm), before anything is looked up there;
 * which of both a change needs is known only after. Throws FORBIDDEN.
 */
export function authorizeAnyChange(actor: PersonActor, portfolioId: string | null): void {
  if (leaveFor(actor.grants, 'limit.tighten', portfolioId) === null) authorize(actor, 'limit.loosen', { portfolioId });
}
