import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Decimal } from '../kernel/decimal';
import { CALENDAR_24X7, CALENDAR_XNYS } from './calendar';
import { addDays } from './session-day';
import { backtestEdge, edgeToUse, liveEdge } from './sizing/edge';
import { type InstrumentClose, volatilityOf } from './volatility';

const now = new Date('2026-11-19T15:00:00Z');
const TODAY = '2026-11-19';
const weekday = (day: string) => new Date(`${day}T00:00:00Z`).getUTCDay();
/** Closes up to a day, weekdays only where told. */
function closes(prices: readonly number[], last = addDays(TODAY, -1), weekdaysOnly = false): InstrumentClose[] {
  const days: string[] = [];
  for (let day = last; days.length < prices.length; day = addDays(day, -1)) {
    if (!weekdaysOnly || ![0, 6].includes(weekday(day))) days.unshift(day);
  }
  return prices.map((price, i) => ({ day: days[i]!, close: new Decimal(price) }));
}
const swing = Array.from({ length: 31 }, (_, i) => (i % 2 ? 101 : 100));
const reason = (given: InstrumentClose[], calendar = CALENDAR_24X7, at = now) => {
  const known = volatilityOf(given, calendar, at);
  return known.kind === 'unknown' ? known.reason : known.fraction.toFixed(6);
};

describe("an instrument's volatility", () => {
  it('is the sample deviation of its last 30 simple daily returns', () => {
    const returns = swing.slice(1).map((p, i) => p / swing[i]! - 1);
    const mean = returns.reduce((a, b) => a + b, 0) / 30;
    const expected = Math.sqrt(returns.reduce((sum, r) => sum + (r - mean) ** 2, 0) / 29);
    const known = volatilityOf(closes([50, 200, ...swing]), CALENDAR_24X7, now);
    expect(known).toMatchObject({ kind: 'value', observations: 30, source: '2026-11-18' });
    expect(known.kind === 'value' && known.fraction.toNumber()).toBeCloseTo(expected, 15);
  });
  it('is unknown with fewer than 30 returns', () => {
    expect(reason(closes(swing.slice(1)))).toContain('29 of 30');
    expect(reason([])).toContain('0 of 30');
  });
  it('is unknown when the newest close is more than one session old; a weekend is no session', () => {
    expect(reason(closes(swing, addDays(TODAY, -2)))).toBe('0.010121');
    expect(reason(closes(swing, addDays(TODAY, -3)))).toContain('more than one session old');
    const monday = new Date('2026-11-23T15:00:00Z');
    expect(reason(closes(swing, '2026-11-20', true), CALENDAR_XNYS, monday)).toBe('0.010121');
    expect(reason(closes(swing, '2026-11-20', true), CALENDAR_24X7, monday)).toBe('0.010121');
    expect(reason(closes(swing, '2026-11-18', true), CALENDAR_XNYS, monday)).toContain('more than one session old');
  });
  it('takes no close of a day to come for a fresh one', () => {
    const old = closes(swing, addDays(TODAY, -10));
    const ahead = { day: addDays(TODAY, 1), close: new Decimal(100) };
    expect(reason([...old.slice(1), ahead])).toContain('29 of 30');
    expect(reason([...old, ahead])).toContain('newest daily close is of 2026-11-09');
    // Of a day that runs there is a close, once its market has closed.
    expect(reason([...closes(swing).slice(1), { day: TODAY, close: new Decimal(101) }])).toBe('0.010121');
  });
  it('is unknown when the closes are not daily, or one of them is no price', () => {
    const weekly = closes(swing).map((c, i) => ({ ...c, day: addDays(TODAY, -1 - 7 * (30 - i)) }));
    expect(reason(weekly)).toContain('not daily');
    const gap = closes(swing).map((c, i) => (i === 0 ? { ...c, day: addDays(c.day, -10) } : c));
    expect(reason(gap)).toContain('not daily');
    expect(reason(closes([0, ...swing.slice(1)]))).toContain('not over 0');
  });
  it('of a market that never moves is 0, which sizes nothing', () => {
    expect(reason(closes(Array(31).fill(100)))).toBe('0.000000');
  });
  it('does not depend on the currency it is quoted in', () => {
    const prices = fc.array(fc.integer({ min: 10, max: 1000 }), { minLength: 31, maxLength: 31 });
    fc.assert(
      fc.property(prices, fc.integer({ min: 2, max: 1000 }), (list, factor) => {
        const [one, other] = [list, list.map((p) => p * factor)].map((p) =>
          volatilityOf(closes(p), CALENDAR_24X7, now),
        );
        const of = (v: typeof one) => (v?.kind === 'value' ? v.fraction : new Decimal(-1));
        expect(of(one).minus(of(other)).abs().lt('1e-30')).toBe(true);
      }),
    );
  });
});

describe('the edge', () => {
  const backtest = {
    trades: {
      source: 'x',
      count: 400,
      wins: 240,
      losses: 160,
      draws: 0,
      winRate: 0.6,
      meanWin: 120,
      meanLoss: -100,
      payoffRatio: 1.2,
      profitFactor: 1.8,
      expectancy: 32,
    },
  };
  const fills = (trades: number, wins: number) => ({ trades, wins, meanWin: '120', meanLoss: '-100' });
  it('comes from the approved backtest until 100 live trades are closed', () => {
    expect(edgeToUse(backtest, fills(99, 10), null)?.source).toBe('approved backtest');
    expect(edgeToUse(backtest, fills(100, 50), null)).toMatchObject({ source: 'live trades', trades: 100 });
    expect(edgeToUse(backtest, fills(100, 90), null)?.source).toBe('approved backtest');
  });
  it('with trades that are only counted, takes their win rate with the payoff of the backtest', () => {
    const counted = {
      closed: 250,
      recent: [
        { closed: 60, wins: 20 },
        { closed: 40, wins: 25 },
      ],
    };
    const live = liveEdge(fills(0, 0), counted, backtestEdge(backtest));
    expect([live?.winRate.toString(), live?.meanWin.toString(), live?.trades]).toEqual(['0.45', '120', 250]);
    expect(edgeToUse(backtest, fills(0, 0), counted)?.source).toContain('live win rate');
    expect(edgeToUse(backtest, fills(0, 0), { ...counted, closed: 99 })?.source).toBe('approved backtest');
    expect(edgeToUse(null, fills(0, 0), counted)).toBeNull();
  });
  it('is none where nobody knows anything', () => {
    expect(edgeToUse(null, fills(0, 0), null)).toBeNull();
    expect(edgeToUse({ trades: null }, fills(3, 1), null)?.trades).toBe(3);
  });
});
