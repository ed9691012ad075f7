import { leaveFor } from '@/server/identity/permissions';
import type { Grant } from '@/server/kernel/actor';

/** What a person may restrict alone: the whole portfolio or not, and which of its strategies (a quant: own ones). */
export function restrictScopes<S extends { id: string; ownerId: string }>(
  me: { id: string; grants: Grant[] },
  portfolioId: string,
  strategies: readonly S[],
): { whole: boolean; strategies: S[] } {
  const may = (isOwn: boolean) => leaveFor(me.grants, 'trading.restrict', portfolioId, isOwn) !== null;
  return { whole: may(false), strategies: strategies.filter(({ ownerId }) => may(ownerId === me.id)) };
}
