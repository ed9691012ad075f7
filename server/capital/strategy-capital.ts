import { Decimal, ONE, sumOf } from '../kernel/decimal';

/** Shares of an allocation that phase 4 gives in turn. */
export const TRANCHES = [10, 50, 100] as const;
export type Tranche = (typeof TRANCHES)[number];

/** Gross may drift to 102 % of capital; no new orders above it. */
export const GROSS_DRIFT = new Decimal('1.02');

/**
 * Capital of a strategy: equity x allocation x tranche, in account currency, floored to the cent; never below 0.
 * `allocation` is a fraction, `tranche` in per cent.
 */
export function strategyCapital(equity: Decimal, allocation: Decimal, tranche: Tranche): Decimal {
  return Decimal.max(0, equity.mul(allocation).mul(tranche).div(100)).toDecimalPlaces(2, Decimal.ROUND_DOWN);
}

/** Sizing uses the smaller of what the engine was sent and what the formula gives now. */
export const usableCapital = (sent: Decimal, current: Decimal): Decimal => Decimal.max(0, Decimal.min(sent, current));

/** Whether allocations fit: at most 100 % together, or what an approved leverage allows. */
export function allocationsFit(
  allocations: readonly Decimal[],
  maximum: Decimal = ONE,
): { fits: true; left: Decimal } | { fits: false; total: Decimal; maximum: Decimal } {
  const total = sumOf(allocations);
  return total.gt(maximum) ? { fits: false, total, maximum } : { fits: true, left: maximum.minus(total) };
}

/** A confirmed capital counts as the tranche's when it is within 0.1 % of it. */
export function capitalMatches(confirmed: Decimal, intended: Decimal): boolean {
  return confirmed.minus(intended).abs().lte(intended.abs().mul('0.001'));
}
