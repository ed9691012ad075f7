import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { correlateAll, pearson, sampleDeviation, simpleReturns } from './correlation';
import { correlateComplete, pairIndex } from './correlation-matrix';

const series = (n: number, f: (i: number) => number) => Float64Array.from({ length: n }, (_, i) => f(i));
const WHOLE = { days: 1_000, within: 1_000, minimumOverlap: 2 };

describe('pearson', () => {
  it('is 1 for a scaled copy, -1 for its mirror', () => {
    const x = series(80, (i) => Math.sin(i * 1.7) / 50);
    const r = (y: Float64Array) => {
      const result = pearson(x, y);
      return result.kind === 'value' ? result.r : Number.NaN;
    };
    expect(r(x.map((v) => 3 * v + 0.01))).toBeCloseTo(1, 12);
    expect(r(x.map((v) => -v))).toBeCloseTo(-1, 12);
  });
  it('under 60 common days is unknown, with the overlap', () => {
    const x = series(41, (i) => i % 5);
    expect(pearson(x, x)).toEqual({ kind: 'unknown', reason: 'overlap', overlap: 41 });
    const gappy = series(90, (i) => (i % 2 ? Number.NaN : i % 7));
    expect(
      pearson(
        gappy,
        series(90, (i) => i % 3),
      ).kind,
    ).toBe('unknown');
  });
  it('zero variance is unknown, not 0 and not NaN', () => {
    expect(
      pearson(
        series(90, () => 0.001),
        series(90, (i) => i % 3),
      ),
    ).toMatchObject({ reason: 'zero-variance' });
  });
  it('looks at the last 60 common days only', () => {
    const x = series(200, (i) => (i < 140 ? 5 * Math.cos(i) : Math.sin(i)));
    const y = series(200, (i) => (i < 140 ? -5 * Math.cos(i) : Math.sin(i)));
    expect(pearson(x, y)).toMatchObject({ kind: 'value', overlap: 60 });
    const found = pearson(x, y);
    expect(found.kind === 'value' && found.r).toBeCloseTo(1, 10);
  });
  it('is symmetric and between -1 and 1', () => {
    const value = fc.double({ min: -0.2, max: 0.2, noNaN: true });
    const line = fc.array(value, { minLength: 60, maxLength: 60 }).map((v) => Float64Array.from(v));
    fc.assert(
      fc.property(line, line, (x, y) => {
        const a = pearson(x, y);
        expect(pearson(y, x)).toEqual(a);
        if (a.kind === 'value') expect(Math.abs(a.r)).toBeLessThanOrEqual(1);
      }),
    );
  });
});

it('the blocked form over all pairs agrees with pair by pair', () => {
  const all = Array.from({ length: 70 }, (_, k) => series(252, (i) => Math.sin(i * (1 + k / 9)) + Math.cos(k * i)));
  const fast = correlateComplete(all);
  for (const [i, j] of [
    [0, 1],
    [0, 69],
    [3, 50],
    [47, 48],
    [68, 69],
  ] as const) {
    const slow = pearson(all[i] as Float64Array, all[j] as Float64Array, WHOLE);
    expect(slow.kind === 'value' && slow.r).toBeCloseTo(fast[pairIndex(i, j, 70)] as number, 10);
  }
});

it('lists every pair once, unknown ones included', () => {
  const named = ['a', 'b', 'c'].map((id, k) => ({
    id,
    returns: series(k === 2 ? 30 : 90, (i) => Math.sin(i * (k + 1))),
  }));
  expect(correlateAll(named).map((p) => `${p.a}${p.b} ${p.correlation.kind}`)).toEqual([
    'ab value',
    'ac unknown',
    'bc unknown',
  ]);
});

it('30-day volatility is the sample deviation of the last 30 simple returns, or nothing', () => {
  const returns = simpleReturns(Float64Array.from([100, 101, 99, 103]));
  expect(returns[0]).toBeCloseTo(0.01, 12);
  expect(sampleDeviation(returns, 3)).toBeCloseTo(0.030104, 6);
  expect(sampleDeviation(returns, 30)).toBeNull();
});
