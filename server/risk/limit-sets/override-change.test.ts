import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Decimal } from '../../kernel/decimal';
import { DEFAULT_LIMITS, type Limit, type LimitSet, limitOf } from '../limit-definition';
import { limitFor } from '../limits';
import { editKind } from './limit-change';
import { lifeFault, overrideKind, overrideName, overrideScope, overrideTarget, withLimit } from './override-change';

const now = new Date('2026-11-19T15:00:00Z');
const inHours = (n: number) => new Date(now.getTime() + n * 3_600_000);
const spx = { measure: 'position' as const, appliesTo: 'portfolio' as const, subject: 'SPX' };
const override = (hard: string, from: number, to: number | null, kind: 'instead' | 'beside' = 'instead'): Limit => ({
  ...limitOf('position', 'portfolio', hard, { subject: 'SPX', expiresAt: to === null ? undefined : inHours(to) }),
  startsAt: inHours(from),
  override: kind,
});
const setsWith = (...limits: Limit[]): LimitSet[] => [
  {
    id: 's',
    level: { kind: 'portfolio', id: 'p' },
    version: 1,
    effectiveFrom: new Date(0),
    limits: [...limits, ...DEFAULT_LIMITS],
  },
];
const hardAt = (sets: LimitSet[], hours: number) => limitFor(sets, spx, inHours(hours))?.hard.toFixed();
const kindOf = (before: LimitSet[], limit: Limit) =>
  overrideKind('p', spx, { before, after: withLimit(before, 'p', limit) }, now, 'hard');

test('an override counts from its start to its end, and what stood before counts again', () => {
  const sets = setsWith(override('0.5', 2, 4));
  expect([0, 2, 3, 4].map((h) => hardAt(sets, h))).toEqual(['0.05', '0.5', '0.5', '0.05']);
});

test('an override that only tightens stands beside: it never lets more through, whatever changes below it', () => {
  const sets = setsWith(override('0.4', 1, null, 'beside'), override('0.9', 0, 5));
  expect([0, 1, 5].map((h) => hardAt(sets, h))).toEqual(['0.9', '0.4', '0.05']);
  const approved = setsWith(override('0.8', 2, null), override('0.4', 1, null, 'beside'));
  expect(
    [1, 2].map((h) => hardAt(approved, h)),
    'what two people approve after it takes its place',
  ).toEqual(['0.05', '0.8']);
});

test('a change tightens only where it is at least as strict at every instant of its life', () => {
  expect(kindOf(setsWith(), override('0.04', 0, 24))).toBe('tighter');
  expect(kindOf(setsWith(), override('0.05', 0, 24))).toBe('same');
  expect(kindOf(setsWith(), override('0.06', 0, 24))).toBe('looser');
  const wide = setsWith(override('0.9', -1, 12));
  expect(kindOf(wide, override('0.5', 0, 11))).toBe('tighter');
  expect(kindOf(wide, override('0.5', 0, 13)), 'it outlives what it tightens').toBe('looser');
  expect(kindOf(setsWith(override('0.02', 6, 12)), override('0.04', 0, 24)), 'a stricter one begins later').toBe(
    'looser',
  );
});

test('taking one back loosens where it was the stricter one at any instant to come', () => {
  const taken = (...limits: Limit[]) =>
    overrideKind('p', spx, { before: setsWith(...limits), after: setsWith(...limits.slice(1)) }, now);
  expect(taken(override('0.9', -1, 12))).toBe('tighter');
  expect(taken(override('0.02', -1, 12))).toBe('looser');
  expect(taken(override('0.02', 6, 12, 'beside'))).toBe('looser');
  expect(taken(override('0.9', -2, -1)), 'one that is over').toBe('same');
  const soft = { ...override('0.05', -1, 12), soft: new Decimal('0.02') };
  expect(taken(soft), 'its warning came earlier').toBe('looser');
});

test('whatever stands, a tightening put beside it is at least as strict at every instant', () => {
  const one = fc.record({
    hard: fc.integer({ min: 1, max: 99 }).map((n) => (n / 100).toFixed(2)),
    from: fc.integer({ min: -5, max: 20 }),
    lasts: fc.option(fc.integer({ min: 1, max: 20 })),
    kind: fc.constantFrom('instead' as const, 'beside' as const),
  });
  const built = (o: { hard: string; from: number; lasts: number | null; kind: 'instead' | 'beside' }) =>
    override(o.hard, o.from, o.lasts === null ? null : o.from + o.lasts, o.kind);
  fc.assert(
    fc.property(fc.array(one, { maxLength: 4 }), one, (standing, added) => {
      const before = setsWith(...standing.map(built));
      const after = withLimit(before, 'p', { ...built(added), override: 'beside' });
      for (let hour = -6; hour < 45; hour += 1) {
        const [a, b] = [limitFor(before, spx, inHours(hour)), limitFor(after, spx, inHours(hour))];
        expect(editKind(a, b!)).not.toBe('looser');
      }
      expect(overrideKind('p', spx, { before, after }, now)).not.toBe('looser');
    }),
  );
});

test('an override of a measure ends after 5 days at most; only that of an instrument may stand', () => {
  const drawdown = { measure: 'drawdown' as const, appliesTo: 'portfolio' as const, subject: null };
  const fault = (days: number | null, startsAt: Date | null = null, target: typeof drawdown | typeof spx = drawdown) =>
    lifeFault({ startsAt, days }, target, now)?.field ?? null;
  expect([fault(5), fault(null), fault(6), fault(0), fault(null, null, spx)]).toEqual([
    null,
    'days',
    'days',
    'days',
    null,
  ]);
  expect([fault(5, inHours(1)), fault(5, inHours(24 * 31)), fault(5, now)]).toEqual([null, 'startsAt', 'startsAt']);
});

test('what an override is on is read back from where its versions are counted', () => {
  const strategy = { measure: 'drawdown' as const, appliesTo: 'strategy' as const, subject: null };
  const odd = { ...spx, subject: 'BRK/B-portfolio' };
  for (const target of [spx, strategy, odd]) expect(overrideTarget(overrideScope('p', target))).toEqual(target);
  expect(overrideName(overrideScope('p', strategy))).toBe('Drawdown of a strategy');
  expect(overrideName(overrideScope('p', odd))).toBe('BRK/B-portfolio');
});
