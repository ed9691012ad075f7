import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { againstBacktest, lowerTail } from './win-rate-test';

describe('live wins against the backtest', () => {
  const backtest = { rate: 0.6, trades: 400 };

  test('known tails of the binomial', () => {
    expect(lowerTail(0, 10, 0.5)).toBeCloseTo(1 / 1024, 12);
    expect(lowerTail(48, 100, 0.6)).toBeCloseTo(0.01, 2);
    expect(lowerTail(5, 10, 0.5)).toBeCloseTo(638 / 1024, 12);
    expect([lowerTail(10, 10, 0.3), lowerTail(0, 10, 0), lowerTail(9, 10, 1)]).toEqual([1, 1, 0]);
  });

  test('is worse only under a chance of 1 %, and better is never worse', () => {
    expect(againstBacktest({ wins: 47, total: 100 }, backtest)).toMatchObject({ kind: 'worse' });
    expect(againstBacktest({ wins: 50, total: 100 }, backtest)).toMatchObject({ kind: 'agrees' });
    expect(againstBacktest({ wins: 100, total: 100 }, backtest)).toMatchObject({ kind: 'agrees', chance: 1 });
  });

  test('few trades on either side, or no approved backtest, are unknown', () => {
    expect(againstBacktest({ wins: 0, total: 29 }, backtest)).toEqual({
      kind: 'unknown',
      reason: '29 of 30 closed trades',
    });
    expect(againstBacktest({ wins: 0, total: 100 }, { rate: 0.6, trades: 29 }).kind).toBe('unknown');
    expect(againstBacktest({ wins: 0, total: 100 }, null).kind).toBe('unknown');
  });

  test('fewer wins are never more likely, and a chance is a chance', () => {
    const rate = fc.double({ min: 0, max: 1, noNaN: true });
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 500 }), fc.nat(500), rate, (trades, wins, p) => {
        const [fewer, more] = [
          lowerTail(Math.min(wins, trades) - 1, trades, p),
          lowerTail(Math.min(wins, trades), trades, p),
        ];
        expect(fewer).toBeLessThanOrEqual(more + 1e-12);
        expect(fewer).toBeGreaterThanOrEqual(0);
        expect(more).toBeLessThanOrEqual(1);
      }),
    );
  });
});
