import fc from 'fast-check';
import { expect, it } from 'vitest';
import { Decimal } from '../../kernel/decimal';
import { pearson } from './correlation';
import { rollingWorst } from './rolling-correlation';

const LIMIT = new Decimal('0.7');

/** The same, pair by pair and day by day. */
function plainly(series: Float64Array[], lefts = series.length) {
  const found = [];
  for (let day = 0; day < (series[0]?.length ?? 0); day += 1) {
    let best: number | null = null;
    for (let i = 0; i < lefts; i += 1) {
      for (let j = i + 1; j < series.length; j += 1) {
        const upTo = (k: number) => (series[k] as Float64Array).subarray(0, day + 1);
        const pair = pearson(upTo(i), upTo(j));
        if (pair.kind === 'value' && (best === null || pair.r > best)) best = pair.r;
      }
    }
    if (best !== null) found.push({ day, r: best, isOver: new Decimal(best).toSignificantDigits(12).gt(LIMIT) });
  }
  return found;
}

const random = (seed: number) => {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32 - 0.5;
  };
};

function seriesOf(count: number, days: number, seed: number, gap: number): Float64Array[] {
  const next = random(seed);
  const common = Float64Array.from({ length: days }, () => next() / 50);
  return Array.from({ length: count }, (_, i) =>
    common.map((c, day) => {
      const own = c * ((i % 3) / 2) + next() / 40;
      return day === 0 || next() + 0.5 < gap ? Number.NaN : own;
    }),
  );
}

it('gives, day by day, the highest of all pairs computed one by one, with gaps and without', () => {
  fc.assert(
    fc.property(fc.nat(), fc.constantFrom(0, 0, 0.002, 0.2), fc.constantFrom(1, 6), (seed, gap, lefts) => {
      const series = seriesOf(6, 200, seed, gap);
      const quick = rollingWorst(series, LIMIT, lefts);
      const slow = plainly(series, lefts);
      expect(quick.map(({ day, isOver }) => ({ day, isOver }))).toEqual(
        slow.map(({ day, isOver }) => ({ day, isOver })),
      );
      for (const [i, { r }] of quick.entries()) expect(Math.abs(r - (slow[i]?.r ?? 2))).toBeLessThan(1e-11);
    }),
    { numRuns: 25 },
  );
});

it('a series that stands still has no correlation, and a copy of another is at 1', () => {
  const [moving] = seriesOf(1, 130, 7, 0) as [Float64Array];
  const still = new Float64Array(130).fill(0.001);
  expect(rollingWorst([moving, still], LIMIT)).toEqual([]);
  const found = rollingWorst([moving, still, moving.map((v) => v * 2)], LIMIT);
  expect(found).toHaveLength(70);
  expect(found.every((w) => w.isOver && Math.abs(w.r - 1) < 1e-12 && w.left === 0 && w.right === 2)).toBe(true);
});
