import { visiblePortfolios } from '../identity/authorize';
import type { Actor } from '../kernel/actor';
import { notFound } from '../kernel/errors';

/** Refuses, as if it were not there, a portfolio the caller may not see. */
export function seePortfolio(actor: Actor, portfolioId: string): void {
  const visible = visiblePortfolios(actor);
  if (visible !== null && !visible.includes(portfolioId)) throw notFound('The portfolio');
}
