import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Decimal } from '../../kernel/decimal';
import { limitOf } from '../limit-definition';
import { basisKind, changeKind, editKind, isTierOrder, ownTiers } from './limit-change';

const ceiling = limitOf('drawdown', 'portfolio', '0.10');
const floor = limitOf('cash', 'portfolio', '0.10');
const d = (value: string) => new Decimal(value);

test('a later warning or an easier end is looser, though the hard limit is the same', () => {
  expect(editKind(ceiling, { ...ceiling, soft: d('0.09') })).toBe('looser');
  expect(editKind(ceiling, { ...ceiling, soft: d('0.05') })).toBe('tighter');
  expect(editKind(ceiling, { ...ceiling, recovery: d('0.10') })).toBe('looser');
  expect(editKind(floor, { ...floor, soft: d('0.11') })).toBe('looser');
  expect(editKind(floor, { ...floor, recovery: d('0.12') })).toBe('tighter');
  expect(editKind(ceiling, ceiling)).toBe('same');
});

test('a tighter hard limit with a looser tier is looser as a whole', () => {
  expect(editKind(ceiling, { ...limitOf('drawdown', 'portfolio', '0.09'), soft: d('0.09') })).toBe('looser');
});

test('a mark that forgets is looser', () => {
  expect(basisKind('since-start', 'trailing-90d')).toBe('looser');
  expect(basisKind('end-of-day', 'trailing-90d')).toBe('looser');
  expect(basisKind('end-of-day', 'since-start')).toBe('tighter');
  expect(basisKind('end-of-day', 'end-of-day')).toBe('same');
});

test('tiers lie on the safe side of the hard limit', () => {
  expect(isTierOrder(ceiling) && isTierOrder(floor)).toBe(true);
  expect(isTierOrder({ ...ceiling, soft: d('0.11') })).toBe(false);
  expect(isTierOrder({ ...floor, recovery: d('0.09') })).toBe(false);
  expect(isTierOrder({ ...ceiling, recovery: d('0') })).toBe(false);
});

test('an edit and its reverse never both go without a second person', () => {
  const share = fc.integer({ min: 1, max: 99 }).map((n) => new Decimal(n).div(100));
  const limit = fc.record({ hard: share, soft: share, recovery: share });
  fc.assert(
    fc.property(limit, limit, fc.constantFrom('ceiling' as const, 'floor' as const), (a, b, direction) => {
      const there = editKind({ ...a, direction }, { ...b, direction });
      const back = editKind({ ...b, direction }, { ...a, direction });
      if (there === 'same') expect(back).toBe('same');
      else expect([there, back]).toContain('looser');
      expect(changeKind([there, back])).toBe(there === 'same' ? 'same' : 'looser');
    }),
  );
});

test('tiers that follow from the hard value are not kept apart', () => {
  expect(ownTiers(ceiling)).toEqual({ soft: null, recovery: null });
  expect(ownTiers({ ...ceiling, soft: d('0.07') }).soft?.toFixed()).toBe('0.07');
});
