import { expect, it } from 'vitest';
import type { Latch, TradingState } from '../trading-state/latch';
import { freshReport, laxAt } from './obedience';

const PORTFOLIO = { kind: 'portfolio' as const, portfolioId: 'p', strategyId: null };
const STRATEGY = { kind: 'strategy' as const, portfolioId: 'p', strategyId: 's' };
const latch = (scope: Latch['scope'], state: Latch['state']) =>
  ({ scope, state, liftedAt: null, openedAt: new Date(0) }) as Latch;
const line = (ref: string, state: TradingState) => ({
  ref,
  state,
  acceptsOrders: true,
  lockedDown: false,
  capital: '0',
  release: null,
});
const says = (state: TradingState, own: TradingState = state) => ({ state, strategies: [line('trend', own)] });
const WHOLE = { place: '*', scope: PORTFOLIO };
const TREND = { place: 'trend', scope: STRATEGY };

it('an engine that says it trades where it was halted is laxer, one that is stricter is not', () => {
  const halted = [latch(PORTFOLIO, 'HALTED')];
  expect(laxAt(says('ACTIVE'), WHOLE, halted)).toEqual({ says: 'ACTIVE', holds: 'HALTED' });
  expect(laxAt(says('REDUCING'), WHOLE, halted)).toEqual({ says: 'REDUCING', holds: 'HALTED' });
  expect(laxAt(says('HALTED'), WHOLE, halted)).toBeNull();
  expect(laxAt(says('HALTED'), WHOLE, [])).toBeNull();
});

it('each place is held to its own latches, and one that is not reported says nothing', () => {
  const reducing = [latch(STRATEGY, 'REDUCING')];
  expect(laxAt(says('ACTIVE'), WHOLE, reducing)).toBeNull();
  expect(laxAt(says('ACTIVE'), TREND, reducing)).toEqual({ says: 'ACTIVE', holds: 'REDUCING' });
  expect(laxAt(says('ACTIVE', 'REDUCING'), TREND, reducing)).toBeNull();
  expect(laxAt(says('ACTIVE'), { ...TREND, place: 'other' }, reducing)).toBeNull();
  expect(laxAt(null, WHOLE, reducing)).toBeNull();
});

it('a report of half a minute ago says nothing of now', () => {
  const now = new Date(100_000);
  expect([
    freshReport(1, new Date(70_000), now),
    freshReport(1, new Date(69_999), now),
    freshReport(1, null, now),
  ]).toEqual([1, null, null]);
});
