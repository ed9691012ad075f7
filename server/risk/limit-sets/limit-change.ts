import { Decimal } from '../../kernel/decimal';
import type { AutomaticKind } from '../breaches/automatic-policy';
import type { DrawdownBasis } from '../equity-curve';
import { type Limit, limitOf, MEASURE_LABEL, type Measure } from '../limit-definition';

export type EditKind = 'tighter' | 'looser' | 'same';
type Tiers = Pick<Limit, 'direction' | 'hard' | 'soft' | 'recovery'>;

/**
 * Which way a limit moves. A ceiling tightens downwards, a floor upwards, its soft tier and recovery threshold likewise; a
 * new limit only ever tightens. One looser tier makes the edit looser.
 */
export function editKind(before: Tiers | null, after: Tiers): EditKind {
  if (!before) return 'tighter';
  const kinds = (['hard', 'soft', 'recovery'] as const).map((tier): EditKind => {
    if (before[tier].eq(after[tier])) return 'same';
    const down = after[tier].lt(before[tier]);
    return (before.direction === 'ceiling') === down ? 'tighter' : 'looser';
  });
  return changeKind(kinds);
}

/** A whole change loosens when any of its parts does: half of it cannot be in force. */
export function changeKind(kinds: readonly EditKind[]): EditKind {
  if (kinds.includes('looser')) return 'looser';
  return kinds.includes('tighter') ? 'tighter' : 'same';
}

/** A mark that forgets is looser than one since the start; between two that forget neither is surely tighter. */
export function basisKind(before: DrawdownBasis, after: DrawdownBasis): EditKind {
  if (before === after) return 'same';
  return after === 'since-start' ? 'tighter' : 'looser';
}

/** An action that waits for nobody any more is approved once for all times, and one that waits again is late: two people, both. */
export function automaticKind(before: readonly AutomaticKind[], after: readonly AutomaticKind[]): EditKind {
  const isSame = before.length === after.length && before.every((kind) => after.includes(kind));
  return isSame ? 'same' : 'looser';
}

/** True where the soft tier warns before the hard limit and recovery lies at or inside it. */
export function isTierOrder({ direction, hard, soft, recovery }: Tiers): boolean {
  if ([soft, recovery].some((tier) => !tier.isFinite() || tier.lte(0))) return false;
  return direction === 'ceiling' ? soft.lte(hard) && recovery.lte(hard) : soft.gte(hard) && recovery.gte(hard);
}

/** The tiers of a limit that do not follow from its hard value; null for one that does. */
export function ownTiers(limit: Limit): { soft: Decimal | null; recovery: Decimal | null } {
  const derived = limitOf(limit.measure, limit.appliesTo, limit.hard);
  return {
    soft: derived.soft.eq(limit.soft) ? null : limit.soft,
    recovery: derived.recovery.eq(limit.recovery) ? null : limit.recovery,
  };
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
