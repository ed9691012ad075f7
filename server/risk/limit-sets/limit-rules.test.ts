import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Decimal } from '../../kernel/decimal';
import { confirm, LIVE_CONFIRMATION, type Window } from '../confirmation';
import { type Count, countKind, rulesFault, rulesKind, rulesLines, withRules } from './limit-rules';

const SECONDS_5 = 5_000;

test('a smaller age and fewer confirmations are tighter, the other way is looser', () => {
  const kind = (before: Parameters<typeof rulesKind>[0], after: Parameters<typeof rulesKind>[1]) =>
    rulesKind(before, after, SECONDS_5);
  expect(kind({}, { maxAgeMs: 12_000 })).toBe('tighter');
  expect(kind({}, { maxAgeMs: 15_000 })).toBe('same');
  expect(kind({ maxAgeMs: 12_000 }, {})).toBe('looser');
  expect(kind({}, { confirmation: { cash: { needed: 1, of: 3 } } })).toBe('tighter');
  expect(kind({}, { confirmation: { cash: { needed: 1, of: 3 }, drawdown: { needed: 3, of: 3 } } })).toBe('looser');
  expect(countKind({ needed: 2, of: 3 }, { needed: 1, of: 2 })).toBe('looser');
});

test('what is as the default says is kept as no rule', () => {
  const own = withRules({}, { maxAgeMs: 20_000, confirmation: { cash: { needed: 1, of: 1 } } }, SECONDS_5);
  expect(own).toEqual({ maxAgeMs: 20_000, confirmation: { cash: { needed: 1, of: 1 } } });
  expect(rulesLines(own)).toEqual(['Minimum cash confirmed by 1 of 1', 'Data unknown after 20 s']);
  expect(withRules(own, { maxAgeMs: null }, SECONDS_5)).toEqual({ confirmation: own.confirmation });
  expect(withRules(own, { maxAgeMs: 15_000, confirmation: { cash: null } }, SECONDS_5)).toEqual({});
  expect(withRules(own, { confirmation: { cash: { needed: 2, of: 3 } } }, SECONDS_5)).toEqual({ maxAgeMs: 20_000 });
});

test('rules nothing could keep are refused in words', () => {
  expect(rulesFault({ maxAgeMs: 10_000, confirmation: { position: { needed: 5, of: 10 } } }, SECONDS_5)).toBeNull();
  expect(rulesFault({ maxAgeMs: 9_000 }, SECONDS_5)).toMatch(/10 s to 3600 s/);
  expect(rulesFault({ maxAgeMs: 60_000 }, 60_000)).toMatch(/120 s/);
  for (const [needed, of] of [
    [0, 3],
    [3, 2],
    [1, 11],
    [1.5, 3],
  ])
    expect(rulesFault({ confirmation: { cash: { needed: needed!, of: of! } } }, SECONDS_5)).toMatch(/Minimum cash/);
});

test('a count that is tighter confirms at least as much, whatever the samples', () => {
  const count = fc
    .tuple(fc.integer({ min: 1, max: 10 }), fc.integer({ min: 1, max: 10 }))
    .map(([a, b]): Count => ({ needed: Math.min(a, b), of: Math.max(a, b) }));
  const levels = fc.array(fc.integer({ min: 0, max: 200 }), { maxLength: 20 });
  fc.assert(
    fc.property(count, count, levels, (before, after, all) => {
      fc.pre(countKind(before, after) === 'tighter');
      let [was, is]: [Window, Window] = [[], []];
      all.forEach((n, i) => {
        const sample = { at: new Date(i), level: new Decimal(n).div(100) };
        const a = confirm(was, sample, { ...LIVE_CONFIRMATION, ...before });
        const b = confirm(is, sample, { ...LIVE_CONFIRMATION, ...after });
        was = a.window;
        is = b.window;
        expect(b.confirmed.gte(a.confirmed)).toBe(true);
      });
    }),
  );
});
