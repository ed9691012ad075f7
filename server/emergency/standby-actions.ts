import 'server-only';
import { visiblePortfolios } from '../identity/authorize';
import { type Grant, type PersonActor, rolesIn } from '../kernel/actor';
import { DomainError } from '../kernel/errors';
import type { StackFacts } from './facts';
import { presserOf } from './presser-actions';
import { knownStack } from './snapshot-actions';

export type StandbyScope = {
  kind: 'strategy' | 'portfolio' | 'firm';
  portfolioId: string | null;
  strategyId: string | null;
  name: string;
  ownerId: string | null;
};

/** What a page needs to start an emergency, whether or not the database answers. */
export type Standby =
  | { kind: 'ready'; personId: string; name: string; grants: Grant[]; scopes: StandbyScope[]; isDatabaseDown: boolean }
  | { kind: 'refused'; code: string; why: string };

const PATIENCE_MS = 700;

/**
 * Who looks and what they can stop: from the database if it answers in time, else from the local snapshot of sessions,
 * engines and strategies. Within one and a half seconds it gives what it has, or says why it has nothing.
 */
export async function standbyOf(request: { headers: Headers }): Promise<Standby> {
  try {
    const { actor, isDatabaseDown } = await presserOf(request);
    const stack = await knownStack(isDatabaseDown ? 0 : PATIENCE_MS);
    const { personId, name, grants } = actor;
    const isDown = isDatabaseDown || stack.source === 'snapshot';
    return { kind: 'ready', personId, name, grants, scopes: scopesFor(actor, stack), isDatabaseDown: isDown };
  } catch (error) {
    if (error instanceof DomainError) return { kind: 'refused', code: error.code, why: error.message };
    throw error;
  }
}

/** Portfolios first: whoever is in a hurry stops the whole account. */
function scopesFor(actor: PersonActor, stack: Pick<StackFacts, 'portfolios' | 'strategies'>): StandbyScope[] {
  const visible = visiblePortfolios(actor);
  const sees = (id: string) => (visible === null || visible.includes(id)) && rolesIn(actor.grants, id).length > 0;
  const portfolios = stack.portfolios.filter(({ id }) => sees(id));
  return [
    ...portfolios.map(({ id, name }) => ({
      kind: 'portfolio' as const,
      portfolioId: id,
      strategyId: null,
      name,
      ownerId: null,
    })),
    ...stack.strategies
      .filter(({ portfolioId }) => sees(portfolioId))
      .map(({ id, name, portfolioId, ownerId }) => ({
        kind: 'strategy' as const,
        portfolioId,
        strategyId: id,
        name,
        ownerId,
      })),
    ...(visible === null
      ? [{ kind: 'firm' as const, portfolioId: null, strategyId: null, name: 'Firm', ownerId: null }]
      : []),
  ];
}
