import 'server-only';
import type { Actor } from '../../kernel/actor';
import { readNow } from '../../kernel/transaction';
import type { LimitSet } from '../limit-definition';
import { type LimitSetRow, limitSetsOf, limitsOf, listLimitVersions } from '../limit-sets/limit-store';
import { overrideName } from '../limit-sets/override-change';
import { setsInForce } from '../limits';
import { contextFor, namesOf } from '../views/view-store';
import { type ReplaySet, replayTextsOf, withVersion } from './replay-sets';

/**
 * What a replay can begin with: the limits in force, then those with each version that waits put in, then with each that the
 * portfolio had, newest first. NOT_FOUND where the portfolio is not visible.
 */
export async function replaySets(actor: Actor, portfolioId: string): Promise<ReplaySet[]> {
  const loaded = await contextFor(actor, portfolioId);
  const [rows, { sets, version }, now] = await Promise.all([
    listLimitVersions(portfolioId),
    limitSetsOf(portfolioId),
    readNow(),
  ]);
  const current = setsInForce(sets, now);
  const isCurrent = new Set(current.map((set) => set.id));
  const subjects = [null, ...loaded.strategies.map(({ id }) => id)];
  const limitsUnder = (levels: LimitSet[]) =>
    Object.fromEntries(subjects.map((id) => [id ?? '', replayTextsOf(levels, id, now)]));
  const asSet = (row: LimitSetRow, state: string): ReplaySet => {
    // Put in as if it had begun: what waits is looked at for what it would do.
    const limits = limitsOf(row).map((limit) => ({ ...limit, ...(limit.override && { startsAt: null }) }));
    const { id, scope, scopeId } = row;
    const levels = withVersion(current, portfolioId, { scope, scopeId, version: row.version, limits });
    return { id, name: `${nameOf(row, namesOf(loaded))}, ${state}`, limits: limitsUnder(levels) };
  };
  const waiting = rows.filter((row) => !row.effectiveAt && !row.rejectedAt);
  const past = rows.filter(
    (row) => row.scope === 'portfolio' && row.effectiveAt && !row.rejectedAt && !isCurrent.has(row.id),
  );
  return [
    { id: 'in-force', name: `In force, v${version}`, limits: limitsUnder(current) },
    ...waiting.map((row) => asSet(row, 'waiting')),
    ...past.map((row) => asSet(row, 'replaced')),
  ];
}

function nameOf({ scope, scopeId, version }: LimitSetRow, names: (strategyId: string) => string): string {
  switch (scope) {
    case 'portfolio':
      return `Limit set v${version}`;
    case 'instrument':
    case 'measure':
      return `Override ${overrideName({ scope, scopeId })} v${version}`;
    case 'strategy':
      return `Limits of ${names(scopeId)} v${version}`;
    case 'firm':
      return `Limits of the firm v${version}`;
  }
}
