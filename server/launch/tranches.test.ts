import { expect, test } from 'vitest';
import { Decimal } from '../kernel/decimal';
import { allocationFault, demotedCapital, nextTranche, previousTranche, reactionTo } from './tranches';

const d = (text: string) => new Decimal(text);
const AT = new Date('2026-11-19T15:00:00Z');
const days = (n: number) => new Date(AT.getTime() - n * 86_400_000);
const breach = (
  at: Date,
  measure = 'win-rate',
  subjectKind: 'strategy' | 'portfolio' = 'strategy',
  recordedAt = at,
) => ({
  at,
  recordedAt,
  measure,
  subjectKind,
});

test('tranches go 10, 50, 100 and back', () => {
  expect([0, 10, 50, 100].map(nextTranche)).toEqual([10, 50, 100, null]);
  expect([100, 50, 10, 0].map(previousTranche)).toEqual([50, 10, 0, 0]);
});

test('a demotion shrinks the capital that is fixed, and more where equity has fallen; it never waits for equity', () => {
  const fixed = { capital: d('500000'), tranche: 50 };
  expect(demotedCapital(fixed, 10, null).toString()).toBe('100000');
  expect(demotedCapital(fixed, 10, { equity: d('900000'), allocation: d('1') }).toString()).toBe('90000');
  expect(demotedCapital(fixed, 10, { equity: d('2000000'), allocation: d('1') }).toString()).toBe('100000');
  expect(demotedCapital(fixed, 0, null).toString()).toBe('0');
});

test('allocations of a portfolio sum to 100 % at most unless leverage is approved', () => {
  expect(allocationFault(d('0.4'), [d('0.35'), d('0.25')], null)).toBeNull();
  expect(allocationFault(d('0.41'), [d('0.35'), d('0.25')], null)).toMatch(/40\.00\s% is left/);
  expect(allocationFault(d('0.41'), [d('0.35'), d('0.25')], d('1.5'))).toBeNull();
  expect(allocationFault(d('0'), [], null)).toContain('above 0');
});

test('the first hard breach of the strategy holds, a second in seven days or a drawdown demotes', () => {
  expect(reactionTo(breach(AT), [])).toBe('hold');
  expect(reactionTo(breach(AT), [breach(days(6))])).toBe('demote');
  expect(reactionTo(breach(AT), [breach(days(8))])).toBe('hold');
  expect(reactionTo(breach(AT, 'drawdown'), [])).toBe('demote');
});

test('a breach that a late sample tells of is the second, however early it began', () => {
  const late = breach(days(3), 'win-rate', 'strategy', AT);
  expect(reactionTo(late, [breach(days(1))])).toBe('demote');
  expect(reactionTo(late, [])).toBe('hold');
  expect(reactionTo(late, [breach(days(12))])).toBe('hold');
  // The reaction to the first runs after the second was recorded: it stays the first.
  expect(reactionTo(breach(days(2)), [breach(days(1))])).toBe('hold');
});

test('a breach elsewhere in the portfolio does nothing to this launch', () => {
  expect(reactionTo(breach(AT, 'drawdown', 'portfolio'), [breach(days(1))])).toBe('none');
});
