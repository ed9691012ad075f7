import { expect, test } from 'vitest';
import { Decimal } from '../kernel/decimal';
import { type Leverage, leverageContent, leverageFault, leverageState, maximumAllocation } from './leverage';

const now = new Date('2026-11-19T15:00:00Z');
const hours = (n: number) => new Date(now.getTime() + n * 3_600_000);
const row = (change: Partial<Leverage> = {}): Leverage => ({
  id: 'l',
  portfolioId: 'p',
  maximumAllocation: '1.500000000000',
  reason: 'Pairs are hedged.',
  proposedAt: hours(-2),
  effectiveAt: hours(-1),
  expiresAt: hours(24),
  endedAt: null,
  ...change,
});

test('leverage holds from its second signature to its stated end, and not a millisecond longer', () => {
  expect(leverageState(row(), now)).toBe('in-force');
  expect(leverageState(row({ expiresAt: now }), now)).toBe('expired');
  expect(leverageState(row({ endedAt: now }), now)).toBe('withdrawn');
  expect(leverageState(row({ effectiveAt: null }), now)).toBe('waiting');
  expect(leverageState(row({ effectiveAt: null, endedAt: now }), now)).toBe('turned-down');
});

test('a proposal lapses after 72 h, or when the end it asked for has passed', () => {
  expect(leverageState(row({ effectiveAt: null, proposedAt: hours(-71) }), now)).toBe('waiting');
  expect(leverageState(row({ effectiveAt: null, proposedAt: hours(-72) }), now)).toBe('lapsed');
  expect(leverageState(row({ effectiveAt: null, expiresAt: now }), now)).toBe('lapsed');
});

test('only what stands approved raises the most that allocations may sum to', () => {
  const ended = [row({ endedAt: now }), row({ expiresAt: now }), row({ effectiveAt: null })];
  expect(maximumAllocation(ended, now).toFixed()).toBe('1');
  expect(maximumAllocation([...ended, row()], now).toFixed()).toBe('1.5');
});

test('per cent where a fraction is meant, no leverage at all, and an end in the past are refused', () => {
  const wish = (maximum: string, expiresAt = hours(24)) =>
    leverageFault({ maximum: new Decimal(maximum), expiresAt }, now);
  expect(wish('1.5')).toBeNull();
  expect([wish('150')?.field, wish('1')?.field, wish('0.5')?.field]).toEqual(['maximum', 'maximum', 'maximum']);
  expect([wish('1.5', now)?.field, wish('1.5', hours(24 * 367))?.field]).toEqual(['expiresAt', 'expiresAt']);
});

test('a signature binds the sum, the end and the reason', () => {
  const all = [row(), row({ maximumAllocation: '1.6' }), row({ expiresAt: hours(25) }), row({ reason: 'Other.' })];
  expect(new Set(all.map(leverageContent)).size).toBe(4);
  expect(leverageContent(row({ maximumAllocation: '1.5' }))).toBe(leverageContent(row()));
});
