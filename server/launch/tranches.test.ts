import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Decimal } from '../kernel/decimal';
import { allocationFault, capitalMatches, nextTranche, previousTranche, reactionTo, trancheCapital } from './tranches';

const d = (text: string) => new Decimal(text);
const AT = new Date('2026-11-19T15:00:00Z');
const days = (n: number) => new Date(AT.getTime() - n * 86_400_000);
const breach = (at: Date, measure = 'win-rate', subjectKind: 'strategy' | 'portfolio' = 'strategy') => ({
  at,
  measure,
  subjectKind,
});

test('tranches go 10, 50, 100 and back', () => {
  expect([0, 10, 50, 100].map(nextTranche)).toEqual([10, 50, 100, null]);
  expect([100, 50, 10, 0].map(previousTranche)).toEqual([50, 10, 0, 0]);
});

test('capital is equity times allocation times tranche, rounded down to the cent', () => {
  expect(trancheCapital(d('24812406.18'), d('1'), 50).toString()).toBe('12406203.09');
  expect(trancheCapital(d('100.07'), d('0.333'), 10).toString()).toBe('3.33');
  expect(trancheCapital(d('-5'), d('1'), 10).toString()).toBe('0');
});

test('capital never exceeds its share and never falls as the tranche rises', () => {
  const cents = fc.bigInt({ min: 0n, max: 10n ** 14n }).map((n) => new Decimal(n.toString()).div(100));
  const share = fc.integer({ min: 1, max: 1000 }).map((n) => new Decimal(n).div(1000));
  fc.assert(
    fc.property(cents, share, (equity, allocation) => {
      const [ten, fifty, all] = [10, 50, 100].map((tranche) => trancheCapital(equity, allocation, tranche));
      expect(all!.lte(equity.times(allocation))).toBe(true);
      expect(ten!.lte(fifty!) && fifty!.lte(all!)).toBe(true);
    }),
  );
});

test('the engine must work with the capital sent, within 0.1 %; nothing confirmed is no match', () => {
  expect(capitalMatches(d('1000'), d('1001'))).toBe(true);
  expect(capitalMatches(d('1000'), d('1001.01'))).toBe(false);
  expect(capitalMatches(d('1000'), null)).toBe(false);
  expect(capitalMatches(d('0'), d('0'))).toBe(true);
});

test('allocations of a portfolio sum to 100 % at most unless leverage is approved', () => {
  expect(allocationFault(d('0.4'), [d('0.35'), d('0.25')], null)).toBeNull();
  expect(allocationFault(d('0.41'), [d('0.35'), d('0.25')], null)).toContain('40 % is left');
  expect(allocationFault(d('0.41'), [d('0.35'), d('0.25')], d('1.5'))).toBeNull();
  expect(allocationFault(d('0'), [], null)).toContain('above 0');
});

test('the first hard breach of the strategy holds, a second in seven days or a drawdown demotes', () => {
  expect(reactionTo(breach(AT), [])).toBe('hold');
  expect(reactionTo(breach(AT), [breach(days(6))])).toBe('demote');
  expect(reactionTo(breach(AT), [breach(days(8))])).toBe('hold');
  expect(reactionTo(breach(AT, 'drawdown'), [])).toBe('demote');
});

test('a breach elsewhere in the portfolio does nothing to this launch', () => {
  expect(reactionTo(breach(AT, 'drawdown', 'portfolio'), [breach(days(1))])).toBe('none');
});
