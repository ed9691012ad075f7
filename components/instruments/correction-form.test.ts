import { expect, test } from 'vitest';
import { changedTerms, termText, typedFrom, waitsNoLonger, wishFrom } from './correction-form';

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

test('a comma groups thousands and is never a decimal point', () => {
  const typed = (multiplier: string) => wishFrom(row, { ...typedFrom(row), multiplier });
  for (const [text, is] of [
    ['1,000', '1000'],
    ['1,000.5', '1000.5'],
    ['12,345,678', '12345678'],
    [' 0.25 ', '0.25'],
  ] as const)
    expect(typed(text)).toEqual({ wish: { multiplier: is }, faults: [] });
  for (const text of [
    '0,9',
    '50,5',
    '0,900',
    '1,00',
    '1,0000',
    '1000,000',
    ',5',
    '5,',
    '1.000,5',
    '50 5',
    '1 000',
    '.5',
  ])
    expect(typed(text)).toEqual({ wish: {}, faults: [['multiplier', expect.stringContaining('thousands')]] });
});

test('why a correction that is being signed waits no longer is said', () => {
  expect(waitsNoLonger({ state: 'waiting' })).toBeUndefined();
  expect(waitsNoLonger({ state: 'overtaken' })).toContain('states something else since');
  expect(waitsNoLonger(undefined)).toContain('waits no longer');
});

test('figures are shown in full, and what nobody stated in a word', () => {
  expect(termText('multiplier', '0.000001')).toBe('0.000001');
  expect(termText('initialMargin', '0.125')).toBe('12.50\u00a0%');
  expect(changedTerms({ lot: { from: null, to: '1000' }, multiplier: { from: '50', to: '5' } })).toEqual([
    { field: 'multiplier', from: '50', to: '5' },
    { field: 'lot', from: 'none', to: '1,000' },
  ]);
});
