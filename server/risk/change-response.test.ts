import { describe, expect, it } from 'vitest';
import { Decimal } from '../kernel/decimal';
import { responsesOf } from './change-response';
import type { Change } from './episodes';

const at = new Date('2026-11-19T15:00:00Z');
const reopened = (measure: string, level: number, tier: 'soft' | 'hard' = 'hard'): Change => ({
  kind: 'reopened',
  key: `${measure}|portfolio|p|`,
  at,
  tier,
  level: new Decimal(level),
});

describe('what a change of an episode asks for', () => {
  it('a rung: its whole response', () => {
    expect(responsesOf({ kind: 'rung', key: 'cash|portfolio|p|', at, rung: 100, level: new Decimal(1.2) })).toEqual([
      { rung: 100, response: { latch: 'REDUCING', proposal: 'raise-cash', emergency: false }, isAgain: false },
    ]);
  });
  it('a breach that comes back: its restriction again, and no second proposal', () => {
    const onlyLatch = { latch: 'REDUCING', proposal: null, emergency: false };
    expect(responsesOf(reopened('cash', 1.2))).toEqual([{ rung: 100, response: onlyLatch, isAgain: true }]);
    expect(responsesOf(reopened('position', 1.01))).toMatchObject([{ rung: 100, response: onlyLatch }]);
    expect(responsesOf(reopened('dailyLoss', 2.5)).map((r) => r.response.latch)).toEqual(['HALTED']);
    expect(responsesOf(reopened('drawdown', 1.3)).map((r) => r.response.latch)).toEqual(['REDUCING', 'HALTED']);
  });
  it('within the limit, or without a restriction of its own: nothing', () => {
    expect(responsesOf(reopened('cash', 1, 'soft'))).toEqual([]);
    expect(responsesOf(reopened('correlation', 1.2))).toEqual([]);
    expect(responsesOf({ ...reopened('cash', 1.2), kind: 'opened' } as Change)).toEqual([]);
  });
});
