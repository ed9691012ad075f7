import type { Decimal } from '../kernel/decimal';
import type { Utilisation } from './utilisation';

export const SEVERITIES = ['low', 'medium', 'high', 'critical'] as const;
export type Severity = (typeof SEVERITIES)[number];

export const isAtLeast = (severity: Severity, bound: Severity): boolean =>
  SEVERITIES.indexOf(severity) >= SEVERITIES.indexOf(bound);

/** The graver of two; a severity never falls while its episode is open. */
export const graver = (a: Severity, b: Severity): Severity => (isAtLeast(a, b) ? a : b);

function byRatio(ratio: Decimal): Severity {
  if (ratio.gt(2)) return 'critical';
  if (ratio.gt('1.5')) return 'high';
  return ratio.gt('1.2') ? 'medium' : 'low';
}

function byHeadroomUsed(used: Decimal): Severity {
  if (used.gt('0.75')) return 'critical';
  if (used.gt('0.5')) return 'high';
  return used.gt('0.25') ? 'medium' : 'low';
}

/**
 * Severity of a value over its threshold.
 *
 * By the ratio value / threshold; where twice the threshold can never be reached (`maximum`), by the share of the room
 * between threshold and maximum that is used up, so that a disk 99 % full is not "low". Never falls as it worsens.
 */
export function severityOf(value: Decimal, threshold: Decimal, maximum?: Decimal): Severity {
  if (maximum && threshold.mul(2).gte(maximum)) {
    const room = maximum.minus(threshold);
    return room.lte(0) ? 'critical' : byHeadroomUsed(value.minus(threshold).div(room));
  }
  return threshold.lte(0) ? 'critical' : byRatio(value.div(threshold));
}

/** Severity of a floor by floor / current; 0 or less is critical. */
export const severityOfFloor = (value: Decimal, floor: Decimal): Severity =>
  value.lte(0) ? 'critical' : byRatio(floor.div(value));

/**
 * Severity of a limit breach from its utilisation.
 *
 * `ceilingAtOne`: the measure cannot exceed 1 (a correlation, a drawdown under a limit over 50 %), so room used decides.
 */
export function severityOfBreach(utilisation: Utilisation, hard: Decimal, maximum?: Decimal): Severity {
  if (utilisation.kind === 'beyond') return 'critical';
  if (utilisation.kind === 'unknown') return 'high';
  return severityOf(utilisation.ratio.mul(hard), hard, maximum);
}

/** Win rate alone stays between medium and high, whatever its ratio. */
export const severityOfWinRate = (value: Decimal, floor: Decimal): Severity => {
  const plain = severityOfFloor(value, floor);
  if (plain === 'critical') return 'high';
  return plain === 'low' ? 'medium' : plain;
};
