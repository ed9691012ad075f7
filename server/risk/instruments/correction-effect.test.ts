import { expect, it } from 'vitest';
import type { RegisteredTerms } from '../../capital/instrument-correction';
import { Decimal } from '../../kernel/decimal';
import { correctionEffect } from './correction-effect';

const d = (value: string | number) => new Decimal(value);
const terms = (multiplier: number, margin: string | null = null): RegisteredTerms => ({
  multiplier: d(multiplier),
  fx: d('0.9'),
  lot: d(1),
  initialMargin: margin === null ? null : d(margin),
});
const position = (quantity: number, unit: number, instrument = 'ES') => ({
  strategyId: 's',
  instrument,
  quantity: d(quantity),
  price: d(100),
  unit: d(unit),
  gross: d(quantity).mul(100).mul(unit).abs(),
});
const asOf = new Date('2026-11-19T10:00:00Z');
const portfolio = (...positions: ReturnType<typeof position>[]) => ({ asOf, equity: d(100_000), positions });

it('the register and the positions are told apart: limits measure what snapshots state, orders count the most of both', () => {
  const effect = correctionEffect(
    'ES',
    { before: terms(50, '0.1'), after: terms(5, '0.2') },
    portfolio(position(3, 10), position(-2, 8), position(7, 1, 'KO')),
  );
  expect(effect).toEqual({
    asOf,
    equity: '100000',
    held: { quantity: '5', gross: '4600', grossBefore: '22500', grossAfter: '2250', unit: '10' },
    unitBefore: '45',
    unitAfter: '4.5',
    countsBefore: '45',
    countsAfter: '10',
    marginBefore: '460',
    marginAfter: '920',
  });
});

it('what is not held has no gross and binds no margin', () => {
  const effect = correctionEffect('ES', { before: terms(50, '0.1'), after: terms(5) }, portfolio(position(7, 1, 'KO')));
  expect(effect).toMatchObject({ held: null, countsAfter: '4.5', marginBefore: null, marginAfter: null });
  const unknown = { asOf: null, equity: null, positions: [] };
  expect(correctionEffect('ES', { before: terms(50), after: terms(5) }, unknown)).toMatchObject({
    asOf: null,
    equity: null,
    held: null,
  });
});
