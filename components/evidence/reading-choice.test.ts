import { expect, test } from 'vitest';
import type { TableReading } from '@/server/evidence/model';
import { choiceFrom, type ReadingValues, scaleProblem, valuesOf } from './reading-choice';

const typed = (over: Partial<ReadingValues>): ReadingValues => ({
  kind: 'prices',
  unit: '',
  column: '',
  scale: '',
  ...over,
});

test('a typo in what to divide by is named, never taken as 1', () => {
  for (const scale of ['1O000', '10.000,5', '0', '-5', 'abc', '1e99', '1,00'])
    expect(scaleProblem(scale)).toMatch(/number above 0/);
  for (const scale of ['', '1', '10000', '10,000', '0.01', ' 100 ']) expect(scaleProblem(scale)).toBe(true);
});

test('what was chosen goes with the file, what was left open is guessed', () => {
  expect(choiceFrom(typed({}))).toEqual({ kind: 'prices' });
  expect(choiceFrom(typed({ scale: '10,000', column: 'nav', unit: 'percent' }))).toEqual({
    kind: 'prices',
    column: 'nav',
    scale: 10_000,
  });
  expect(choiceFrom(typed({ kind: 'returns', unit: 'percent', scale: '7' }))).toEqual({
    kind: 'returns',
    unit: 'percent',
  });
  expect(choiceFrom(typed({ kind: 'returns' }))).toEqual({ kind: 'returns' });
  expect(choiceFrom(typed({ kind: 'positions', column: 'a', unit: 'percent', scale: '7' }))).toEqual({
    kind: 'positions',
  });
});

test('the form begins with the guess', () => {
  expect(valuesOf({ kind: 'prices', unit: null, scale: 10_000, valueColumns: ['c'], candidates: ['c'] }).scale).toBe(
    '10000',
  );
  const reading: TableReading = {
    kind: 'returns',
    unit: 'percent',
    scale: 1,
    valueColumns: ['a'],
    candidates: ['a', 'b'],
  };
  expect(valuesOf(reading)).toEqual({
    kind: 'returns',
    unit: 'percent',
    column: 'a',
    scale: '',
  });
  expect(valuesOf({ ...reading, unit: null, valueColumns: ['a', 'b'] })).toMatchObject({
    unit: '',
    column: '',
  });
});
