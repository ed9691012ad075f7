import { Decimal } from '../kernel/decimal';
import { type Limit, MEASURE_LABEL, type Measure, type ScopeKind } from './limit-definition';

export type LimitEdit = { measure: Measure; appliesTo: ScopeKind; hard: Decimal };
export type EditKind = 'tighter' | 'looser' | 'same';

/** Which way a limit moves. A ceiling tightens downwards, a floor upwards; a new limit only ever tightens. */
export function editKind(before: Limit | null, after: Pick<Limit, 'hard' | 'direction'>): EditKind {
  if (!before) return 'tighter';
  if (before.hard.eq(after.hard)) return 'same';
  const down = after.hard.lt(before.hard);
  return (before.direction === 'ceiling') === down ? 'tighter' : 'looser';
}

/** A whole change loosens when any of its parts does: half of it cannot be in force. */
export function changeKind(kinds: readonly EditKind[]): EditKind {
  if (kinds.includes('looser')) return 'looser';
  return kinds.includes('tighter') ? 'tighter' : 'same';
}

/** The name of a limit as people say it: "Drawdown of a strategy". */
export const limitName = (limit: Pick<Limit, 'measure' | 'appliesTo' | 'subject'>): string => {
  const name = MEASURE_LABEL[limit.measure];
  if (limit.subject) return `${name} ${limit.subject}`;
  return limit.appliesTo === 'strategy' ? `${name} of a strategy` : name;
};

/** True for a fraction a limit can have: above 0, at most 1 (a position or leverage override at most 5). */
export const isLimitValue = (value: Decimal, measure: Measure): boolean =>
  value.isFinite() && value.gt(0) && value.lte(measure === 'position' ? 5 : new Decimal(1));
