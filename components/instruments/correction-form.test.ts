import { expect, test } from 'vitest';
import { changedTerms, termText, typedFrom, wishFrom } from './correction-form';

const row = { multiplier: '50', fx: '0.9', lot: null, initialMargin: '0.125' };

test('only what was typed otherwise is sent, a margin as a fraction and none as its end', () => {
  const typed = typedFrom(row);
  expect(typed).toEqual({ multiplier: '50', fx: '0.9', lot: '', initialMargin: '12.5' });
  expect(wishFrom(row, typed)).toEqual({ wish: {}, faults: [] });
  expect(wishFrom(row, { ...typed, multiplier: '1,000', lot: ' 10 ', initialMargin: '20 %' })).toEqual({
    wish: { multiplier: '1000', lot: '10', initialMargin: '0.2' },
    faults: [],
  });
  expect(wishFrom(row, { ...typed, initialMargin: ' ' }).wish).toEqual({ initialMargin: null });
});

test('what is no number over 0 is told at its field, and nothing of it is sent', () => {
  const typed = { multiplier: '', fx: '-1', lot: '0', initialMargin: 'much' };
  const { wish, faults } = wishFrom(row, typed);
  expect(wish).toEqual({});
  expect(faults.map(([field]) => field)).toEqual(['multiplier', 'fx', 'lot', 'initialMargin']);
});

test('figures are shown in full, and what nobody stated in a word', () => {
  expect(termText('multiplier', '0.000001')).toBe('0.000001');
  expect(termText('initialMargin', '0.125')).toBe('12.50\u00a0%');
  expect(changedTerms({ lot: { from: null, to: '1000' }, multiplier: { from: '50', to: '5' } })).toEqual([
    { field: 'multiplier', from: '50', to: '5' },
    { field: 'lot', from: 'none', to: '1,000' },
  ]);
});
