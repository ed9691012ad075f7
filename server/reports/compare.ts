import { Decimal } from '../kernel/decimal';
import type { MetricRule } from '../monitoring/metrics';

/** How the maximum is measured: as growth of the baseline, or (where growth could never be reached) as headroom used. */
export type Measure = 'growth' | 'headroom';

export type Effect =
  /** Inside the maximum change, or smaller than the absolute floor. */
  | { kind: 'within'; change: string | null; isUnderFloor: boolean }
  /** Over the maximum change and the floor; `isFar` is strictly more than twice the maximum. */
  | { kind: 'over'; change: string | null; isFar: boolean }
  /** Measured before and not now: a finding, never a pass. */
  | { kind: 'vanished' }
  /** Cannot be compared, and why. */
  | { kind: 'unknown'; why: string };

/**
 * Compares what is measured now with the baseline, both in the metric's own unit.
 *
 * Over only when beyond the maximum change *and* the absolute floor, both strictly. Metrics that are worse downwards are
 * mirrored. A baseline at or under the floor has no meaningful share: then only the floor decides (`change` is null,
 * "from zero"). A missing or negative baseline is unknown, never skipped. `null` is "no data".
 */
export function compareEffect(rule: MetricRule, measure: Measure, baseline: number | null, now: number | null): Effect {
  if (baseline === null) {
    const why = now === null ? 'Never measured.' : 'Not in the baseline, so there is nothing to compare with.';
    return { kind: 'unknown', why };
  }
  if (now === null) return { kind: 'vanished' };
  const base = new Decimal(baseline);
  const current = new Decimal(now);
  if (base.lt(0)) return { kind: 'unknown', why: 'The baseline is negative; a share of it means nothing.' };
  const worsening = rule.worse === 'up' ? current.minus(base) : base.minus(current);
  const floor = new Decimal(rule.floor);
  const max = new Decimal(rule.maxChange);
  if (base.lte(floor)) {
    if (rule.worse === 'down' || !worsening.gt(floor)) return { kind: 'within', change: null, isUnderFloor: true };
    return { kind: 'over', change: null, isFar: worsening.gt(floor.times(2)) };
  }
  const change = current.minus(base).div(base);
  const share = measure === 'headroom' ? headroomUsed(rule, base, worsening) : worsening.div(base);
  const shown = change.toFixed(12);
  if (!share.gt(max)) return { kind: 'within', change: shown, isUnderFloor: false };
  if (!worsening.gt(floor)) return { kind: 'within', change: shown, isUnderFloor: true };
  return { kind: 'over', change: shown, isFar: share.gt(max.times(2)) };
}

function headroomUsed(rule: MetricRule, base: Decimal, worsening: Decimal): Decimal {
  const headroom = new Decimal(rule.ceiling ?? 0).minus(base);
  // No headroom left at the baseline: any worsening uses more than all of it, and none can happen.
  return headroom.lte(0) ? new Decimal(0) : worsening.div(headroom);
}

/**
 * The value at which a metric would deviate at first, and whether it can be reached at all: CPU at 85 % grows by a quarter
 * only in theory. Null where the baseline is not comparable.
 */
export function thresholdOf(
  rule: MetricRule,
  measure: Measure,
  baseline: number,
): { value: string; isReachable: boolean } | null {
  const base = new Decimal(baseline);
  if (base.lt(0)) return null;
  const floor = new Decimal(rule.floor);
  const max = new Decimal(rule.maxChange);
  const room = rule.ceiling === null ? null : new Decimal(rule.ceiling).minus(base);
  const byShare = measure === 'headroom' && room ? room.times(max) : base.times(max);
  const step = base.lte(floor) ? floor : Decimal.max(byShare, floor);
  if (rule.worse === 'down') return { value: base.minus(step).toFixed(12), isReachable: base.minus(step).gt(0) };
  const value = base.plus(step);
  return { value: value.toFixed(12), isReachable: rule.ceiling === null || value.lt(rule.ceiling) };
}
