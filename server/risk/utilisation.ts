import { Decimal, ZERO } from '../kernel/decimal';
import type { Direction } from './limit-definition';

/** How much of a limit is used. `beyond`: a floor whose value is 0 or less; it sorts above all and is never Infinity. */
export type Utilisation = { kind: 'ratio'; ratio: Decimal } | { kind: 'beyond' } | { kind: 'unknown' };

const ratio = (value: Decimal): Utilisation => ({ kind: 'ratio', ratio: value });

/** Ceiling: value / limit, 0 for a value of 0 or less. Floor: limit / value. A ceiling of 0 leaves nothing to use. */
export function utilisationOf(direction: Direction, value: Decimal, limit: Decimal): Utilisation {
  if (direction === 'floor') return value.lte(0) ? { kind: 'beyond' } : ratio(Decimal.max(0, limit.div(value)));
  if (value.lte(0)) return ratio(ZERO);
  return limit.lte(0) ? { kind: 'beyond' } : ratio(value.div(limit));
}

/** The value at which a limit is used to this ratio; none is left of a floor that is used without end. */
export const valueAt = ({ direction, hard }: { direction: Direction; hard: Decimal }, ratio: Decimal): Decimal =>
  direction === 'ceiling' ? hard.mul(ratio) : hard.div(ratio);

/** The utilisation at which a limit begins to warn: 80 % of it, or where people have set its soft tier. */
export const softLevelOf = (limit: { direction: Direction; hard: Decimal; soft: Decimal }): Decimal =>
  limit.direction === 'ceiling' ? limit.soft.div(limit.hard) : limit.hard.div(limit.soft);

/** What is left before the limit, in the unit of the value; negative once it is exceeded. */
export const headroomOf = (direction: Direction, value: Decimal, limit: Decimal): Decimal =>
  direction === 'ceiling' ? limit.minus(value) : value.minus(limit);

/** True when the value is on the wrong side. Exactly at a limit is 100 % and no breach. */
export const exceeds = (direction: Direction, value: Decimal, limit: Decimal): boolean =>
  direction === 'ceiling' ? value.gt(limit) : value.lt(limit);

/** Worst first: beyond, then by ratio, unknown last. */
export function compareUtilisation(a: Utilisation, b: Utilisation): number {
  const rank = (u: Utilisation) => (u.kind === 'beyond' ? 0 : u.kind === 'ratio' ? 1 : 2);
  if (a.kind === 'ratio' && b.kind === 'ratio') return b.ratio.cmp(a.ratio);
  return rank(a) - rank(b);
}

/** The first place of a ladder of utilisation (100, 125, 150, 200 %) that is strictly exceeded or reached. */
export function atLeast(utilisation: Utilisation, percent: number): boolean {
  if (utilisation.kind === 'beyond') return true;
  if (utilisation.kind === 'unknown') return false;
  const rung = new Decimal(percent).div(100);
  // The limit itself is the most that is allowed; the rungs above it begin at their mark.
  return percent === 100 ? utilisation.ratio.gt(1) : utilisation.ratio.gte(rung);
}
