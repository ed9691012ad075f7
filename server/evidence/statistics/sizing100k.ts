import { Decimal } from '@/server/kernel/decimal';
import type { Kelly } from './kelly';

export const REFERENCE_CAPITAL = 100_000;
const POSITION_CAP = 5_000;
const TARGET_VOLATILITY = 0.02;

export interface ReferenceSize {
  /** Account currency; null where it cannot be sized, and then `binding` is null too and `reason` says why. */
  size: number | null;
  binding: 'kelly' | 'cap' | 'volatility' | 'negative_kelly' | null;
  reason: string;
}

/**
 * The bare arithmetic of one position for an account of 100,000: a quarter of Kelly, at most 5 %, scaled down to a
 * daily volatility of 2 %. No trade minimum and no lot: the product's own sizing is stricter and is not this.
 */
export function sizing100k(kelly: Kelly | null, volatility30: number | null): ReferenceSize {
  if (kelly === null)
    return { size: null, binding: null, reason: 'Cannot size: no edge is known without winning and losing trades' };
  if (volatility30 === null)
    return { size: null, binding: null, reason: 'Cannot size: the 30-day volatility is unknown' };
  if (volatility30 === 0)
    return { size: null, binding: null, reason: 'Cannot size: the 30-day volatility is zero, so the data stand still' };
  if (kelly.quarter <= 0) return { size: 0, binding: 'negative_kelly', reason: 'No edge: Kelly is not above zero' };
  const byKelly = new Decimal(REFERENCE_CAPITAL).times(kelly.quarter);
  const base = Decimal.min(byKelly, POSITION_CAP);
  if (volatility30 > TARGET_VOLATILITY) {
    const size = base.times(TARGET_VOLATILITY).div(volatility30);
    return { size: size.toNumber(), binding: 'volatility', reason: 'Scaled down to 2 % daily volatility' };
  }
  return byKelly.lt(POSITION_CAP)
    ? { size: base.toNumber(), binding: 'kelly', reason: 'A quarter of Kelly' }
    : { size: base.toNumber(), binding: 'cap', reason: 'The cap of 5 % of capital' };
}
