import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { METRIC_RULES, ruleOf } from '../monitoring/metrics';
import { compareEffect, thresholdOf } from './compare';

const rule = (metric: string) => ruleOf(metric)!;
const compare = (metric: string, baseline: number | null, now: number | null) =>
  compareEffect(rule(metric), 'growth', baseline, now);

describe('the maximum change', () => {
  test('exactly at it is no deviation, a hair over is', () => {
    expect(compare('response_time_ms', 200, 300).kind).toBe('within');
    expect(compare('response_time_ms', 200, 300.001)).toMatchObject({ kind: 'over', isFar: false });
  });

  test('exactly twice is not far, strictly more than twice is', () => {
    expect(compare('cpu', 0.4, 0.6)).toMatchObject({ kind: 'over', isFar: false });
    expect(compare('cpu', 0.4, 0.600001)).toMatchObject({ kind: 'over', isFar: true });
  });

  test('decimals decide: 0.1 to 0.15 of memory at 50 % is judged by 30 %, not by a rounding', () => {
    expect(compare('memory', 0.5, 0.65).kind).toBe('within');
    expect(compare('error_rate', 0.01, 0.02).kind).toBe('within');
  });

  test('a change under the absolute floor is none', () => {
    expect(compare('error_rate', 0.006, 0.0109)).toMatchObject({ kind: 'within', isUnderFloor: false });
    expect(compare('response_time_ms', 60, 105)).toMatchObject({ kind: 'within', isUnderFloor: true });
  });

  test('throughput is worse when it falls: a rise never deviates', () => {
    expect(compare('throughput', 100, 400).kind).toBe('within');
    expect(compare('throughput', 100, 74)).toMatchObject({ kind: 'over', isFar: false });
    expect(compare('throughput', 100, 49)).toMatchObject({ kind: 'over', isFar: true });
  });
});

describe('awkward baselines', () => {
  test('a baseline of zero is not skipped: only the floor decides', () => {
    expect(compare('error_rate', 0, 0.004)).toEqual({ kind: 'within', change: null, isUnderFloor: true });
    expect(compare('error_rate', 0, 0.006)).toMatchObject({ kind: 'over', change: null, isFar: false });
    expect(compare('error_rate', 0, 0.02)).toMatchObject({ kind: 'over', isFar: true });
  });

  test('a negative baseline is unknown and not inverted', () => {
    expect(compare('slippage_bp', -3, 6).kind).toBe('unknown');
  });

  test('a metric that vanished is seen, one that was never in the baseline is unknown', () => {
    expect(compare('cpu', 0.4, null).kind).toBe('vanished');
    expect(compare('cpu', null, 0.4).kind).toBe('unknown');
    expect(compare('cpu', null, null).kind).toBe('unknown');
  });
});

describe('a metric that ends at 100 %', () => {
  test('at 85 % CPU a rise of a quarter can never happen; headroom used can', () => {
    expect(thresholdOf(rule('cpu'), 'growth', 0.85)?.isReachable).toBe(false);
    expect(thresholdOf(rule('cpu'), 'headroom', 0.85)?.isReachable).toBe(true);
    expect(compareEffect(rule('cpu'), 'headroom', 0.85, 0.95)).toMatchObject({ kind: 'over', isFar: true });
    expect(compareEffect(rule('cpu'), 'headroom', 0.85, 0.88).kind).toBe('within');
  });

  test('at 98 % not even headroom can show a rise', () => {
    expect(thresholdOf(rule('cpu'), 'headroom', 0.98)?.isReachable).toBe(false);
  });
});

test('the verdict never gets milder as a metric gets worse', () => {
  const rank = { unknown: 0, vanished: 0, within: 0, over: 1 };
  const of = (metric: string, baseline: number, now: number) => {
    const effect = compareEffect(rule(metric), 'growth', baseline, now);
    return rank[effect.kind] + (effect.kind === 'over' && effect.isFar ? 1 : 0);
  };
  const value = fc.double({ min: 0, max: 1, noNaN: true });
  fc.assert(
    fc.property(fc.constantFrom(...METRIC_RULES), value, value, value, ({ metric, worse }, baseline, a, b) => {
      const [mild, bad] = a < b === (worse === 'up') ? [a, b] : [b, a];
      expect(of(metric, baseline, bad)).toBeGreaterThanOrEqual(of(metric, baseline, mild));
    }),
  );
});
