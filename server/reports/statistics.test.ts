import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { holm, mannWhitney, normalCdf } from './statistics';

const range = (from: number, count: number) => Array.from({ length: count }, (_, i) => from + i);

describe('Mann-Whitney', () => {
  // Reference: scipy.stats.mannwhitneyu(x, y, alternative='greater', method='asymptotic').
  test.each([
    { x: [19, 22, 16, 29, 24], y: [20, 11, 17, 12], u: 17, p: 0.05567344326657024, delta: 0.7 },
    {
      x: [1, 2, 2, 3, 3, 3, 4, 5, 5, 6],
      y: [1, 1, 2, 2, 3, 3, 4, 4, 4, 5],
      u: 58.5,
      p: 0.26896033820673465,
      delta: 0.17,
    },
    { x: range(100, 25), y: range(90, 25), u: 512.5, p: 5.391466537401325e-5, delta: 0.64 },
  ])('agrees with scipy: U = $u', ({ x, y, u, p, delta }) => {
    const result = mannWhitney(x, y);
    expect(result.u).toBe(u);
    expect(result.p).toBeCloseTo(p, 12);
    expect(result.delta).toBeCloseTo(delta, 12);
  });

  test('frozen data on both sides is no evidence of anything', () => {
    expect(mannWhitney(new Array(30).fill(5), new Array(30).fill(5))).toMatchObject({ p: 1, delta: 0 });
  });

  test('p lies in 0 to 1 and delta turns its sign with the sides', () => {
    const values = fc.array(fc.integer({ min: 0, max: 50 }), { minLength: 1, maxLength: 40 });
    fc.assert(
      fc.property(values, values, (x, y) => {
        const forth = mannWhitney(x, y);
        expect(forth.p).toBeGreaterThanOrEqual(0);
        expect(forth.p).toBeLessThanOrEqual(1);
        expect(forth.delta).toBeCloseTo(-mannWhitney(y, x).delta, 10);
      }),
    );
  });
});

test.each([
  [0.5, 0.3085375387259869],
  [1.96, 0.024997895148220435],
  [3, 0.0013498980316300957],
  [4, 3.1671241833119965e-5],
  [6, 9.865876450377012e-10],
])('the tail of the normal beyond %d', (z, tail) => {
  expect(normalCdf(-z) / tail).toBeCloseTo(1, 9);
  expect(normalCdf(z)).toBeCloseTo(1 - tail, 12);
});

test("Holm's correction steps down and keeps the order given", () => {
  // Reference: statsmodels multipletests([0.01, 0.04, 0.03, 0.005], method='holm').
  const adjusted = holm([0.01, 0.04, 0.03, 0.005]);
  [0.03, 0.06, 0.06, 0.02].forEach((expected, i) => {
    expect(adjusted[i]).toBeCloseTo(expected, 12);
  });
  expect(holm([])).toEqual([]);
  expect(holm([0.9, 0.8])).toEqual([1, 1]);
});
