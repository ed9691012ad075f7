import fc from 'fast-check';
import { expect, it } from 'vitest';
import { Decimal } from '../kernel/decimal';
import { scaleOf, withCut, withoutCut } from './capital-cuts';

const d = (value: number | string) => new Decimal(value);
const WHOLE = { scale: '1.000000000000', cuts: {} };

it('cuts that are taken back in any order leave the capital whole, and each time what the others leave', () => {
  const factor = fc.integer({ min: 1, max: 99 }).map((percent) => d(percent).div(100));
  const shuffled = fc
    .uniqueArray(fc.record({ key: fc.uuid(), factor }), { minLength: 1, maxLength: 4, selector: (c) => c.key })
    .chain((cuts) => fc.tuple(fc.constant(cuts), fc.shuffledSubarray(cuts, { minLength: cuts.length })));
  fc.assert(
    fc.property(shuffled, ([cuts, order]) => {
      let held: { scale: string; cuts: Readonly<Record<string, string>> } = WHOLE;
      for (const cut of cuts) held = withCut(held, cut.key, cut.factor) ?? held;
      for (const cut of order) {
        expect(d(held.scale).minus(scaleOf(held.cuts)).abs().lt('1e-11')).toBe(true);
        held = withoutCut(held, cut.key, cut.factor) ?? held;
      }
      expect(d(held.scale).minus(1).abs().lt('1e-6')).toBe(true);
      expect(held.cuts).toEqual({});
    }),
  );
});

it('the same cut is made once and taken back once', () => {
  const once = withCut(WHOLE, 'a', d('0.8'))!;
  expect(withCut(once, 'a', d('0.8'))).toBeUndefined();
  expect(withoutCut(once, 'b', d('0.8'))).toBeUndefined();
  const back = withoutCut(once, 'a', d('0.8'))!;
  expect([d(back.scale).toFixed(), withoutCut(back, 'a', d('0.8'))]).toEqual(['1', undefined]);
});

it('a cut of before cuts were named is taken back by its factor', () => {
  const old = { scale: '0.640000000000', cuts: {} };
  expect(d(withoutCut(old, 'a', d('0.8'))!.scale).toFixed()).toBe('0.8');
  const both = withCut(old, 'b', d('0.5'))!;
  expect(d(withoutCut(both, 'b', d('0.5'))!.scale).toFixed()).toBe('0.64');
  expect(d(withoutCut(both, 'a', d('0.8'))!.scale).toFixed()).toBe('0.4');
});
