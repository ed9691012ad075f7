import 'server-only';
import type { PersonActor } from '../kernel/actor';
import { storedKeyHash } from './api-key-actions';
import { keyState } from './api-key-format';
import { listKeys } from './api-key-store';
import { visiblePortfolios } from './authorize';
import { listPeople } from './store';

/** Keys of the portfolios a person sees, with state, who made each, and the hash an approver signs. */
export async function keysWithHash(actor: PersonActor) {
  const now = new Date();
  const [keys, people] = await Promise.all([listKeys(), listPeople()]);
  const names = new Map(people.map((person) => [`person:${person.id}`, person.name]));
  const visible = visiblePortfolios(actor);
  const seen = keys.filter((key) => visible === null || (key.portfolioId && visible.includes(key.portfolioId)));
  return seen.map((key) => ({
    ...key,
    createdByName: names.get(key.createdBy) ?? 'The installation',
    contentHash: storedKeyHash(key),
    state: keyState(key, now),
  }));
}
