import { expect, test } from 'vitest';
import { type Counts, countTexts, rulesFrom } from './rules-form';

const two = { needed: 2, of: 3 };
const counts: Counts = { drawdown: two, dailyLoss: two, position: two, cash: two };
const now = { maxAgeMs: 15_000, counts };
const form = (age: string, cash = '2 of 3') => ({ age, counts: { ...countTexts(counts), cash } });

test('only what was changed travels', () => {
  expect(rulesFrom(form('15'), now)).toBeUndefined();
  expect(rulesFrom(form('20 s'), now)).toEqual({ maxAgeMs: 20_000, confirmation: {} });
  expect(rulesFrom(form('15', '1/3'), now)).toEqual({ confirmation: { cash: { needed: 1, of: 3 } } });
});

test('what is no number is said, not guessed', () => {
  for (const wrong of [form('soon'), form('1.5'), form('15', 'two'), form('15', '2')])
    expect(rulesFrom(wrong, now)).toBeNull();
});
