import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Decimal } from '../../kernel/decimal';
import { replay } from './replay';
import type { ReplayCurve, ReplayHistory } from './replay-history';
import { DEFAULT_REPLAY_LIMITS, replayLimitsOf } from './replay-limits';

const DAY = 86_400_000;
const days = (count: number) => Float64Array.from({ length: count }, (_, i) => i * DAY);
const curve = (values: number[], over: Partial<ReplayCurve> = {}): ReplayCurve => ({
  name: 'one',
  day: days(values.length),
  value: Float64Array.from(values),
  exact: null,
  opening: null,
  ...over,
});
const history = (values: number[], over: Partial<ReplayCurve> = {}): ReplayHistory => ({
  curve: curve(values, over),
  holdings: null,
  peers: [],
});
const held = (rows: { position: number; cash: number }[]): ReplayHistory => ({
  curve: null,
  holdings: {
    day: days(rows.length),
    instruments: ['X'],
    value: [Float64Array.from(rows, (row) => row.position)],
    cash: Float64Array.from(rows, (row) => row.cash),
  },
  peers: [],
});
const run = (input: ReplayHistory) => replay(input, DEFAULT_REPLAY_LIMITS).breaches;

describe('exactly at a limit is no breach, and a hair beyond it is', () => {
  // Floats get these wrong: 1 - 4.05 / 4.5 > 0.1 is true.
  test.each([
    [4.5, 4.05],
    [3.1, 2.79],
    [17.8, 16.02],
    [24.8, 22.32],
  ])('drawdown from %d to %d', (peak, now) => {
    expect(run(history([peak, now])).drawdown?.daysInBreach).toBe(0);
    expect(run(history([peak, new Decimal(now).minus('1e-13').toNumber()])).drawdown?.daysInBreach).toBe(1);
  });

  test.each([
    [1, 0.95],
    [2.4, 2.28],
    [19.2, 18.24],
    [24.8, 23.56],
  ])('daily loss from %d to %d', (peak, now) => {
    expect(run(history([peak, now])).dailyLoss?.daysInBreach).toBe(0);
    expect(run(history([peak, new Decimal(now).minus('1e-13').toNumber()])).dailyLoss?.daysInBreach).toBe(1);
  });

  test.each([
    [60.2, 3.01],
    [140.2, 7.01],
    [123456.8, 6172.84],
  ])('a position in equity of %d worth %d', (equity, position) => {
    const cash = new Decimal(equity).minus(position).toNumber();
    expect(run(held([{ position, cash }])).position?.daysInBreach).toBe(0);
  });

  test.each([
    [33.3, 3.33],
    [70.1, 7.01],
    [123456.7, 12345.67],
  ])('cash in equity of %d is %d', (equity, cash) => {
    const position = new Decimal(equity).minus(cash).toNumber();
    expect(run(held([{ position, cash }])).cash?.daysInBreach).toBe(0);
  });

  const edges = resolve(process.cwd(), '../shared/data/expected/edge_cases.json');
  if (!existsSync(edges)) console.warn(`SKIPPED: the boundary cases of others are not at ${edges}.`);
  test.skipIf(!existsSync(edges))('every boundary case that others computed exactly', () => {
    const cases = JSON.parse(readFileSync(edges, 'utf8'));
    for (const { peak, now } of cases.drawdown_exactly_10pct)
      expect(run(history([peak, now])).drawdown?.daysInBreach).toBe(0);
    for (const { peak, now } of cases.daily_loss_exactly_5pct)
      expect(run(history([peak, now])).dailyLoss?.daysInBreach).toBe(0);
    for (const { equity, cash } of cases.cash_exactly_10pct) {
      expect(run(held([{ position: new Decimal(equity).minus(cash).toNumber(), cash }])).cash?.daysInBreach).toBe(0);
    }
    for (const { equity, position } of cases.position_exactly_5pct) {
      expect(
        run(held([{ position, cash: new Decimal(equity).minus(position).toNumber() }])).position?.daysInBreach,
      ).toBe(0);
    }
  });
});

describe('runs', () => {
  test('a maximal run of days is one episode; recovery is at the limit itself', () => {
    const { drawdown } = run(history([100, 89, 88, 90, 89.99, 100, 80]));
    expect(drawdown?.daysInBreach).toBe(4);
    expect(
      drawdown?.episodes.map(({ from, to, days: length, worst }) => [from / DAY, to / DAY, length, worst]),
    ).toEqual([
      [1, 2, 2, 0.12],
      [4, 4, 1, expect.closeTo(0.1001, 10)],
      [6, 6, 1, 0.2],
    ]);
  });

  test('the opening equity counts as the mark and as the base of the first day', () => {
    const { drawdown, dailyLoss } = run(history([80], { opening: { value: 100 } }));
    expect([drawdown?.daysInBreach, dailyLoss?.daysInBreach]).toEqual([1, 1]);
  });

  test('a blown-up account is a breach, not unknown', () => {
    const { drawdown, dailyLoss } = run(history([100, -5, -6]));
    expect([drawdown?.daysInBreach, dailyLoss?.daysInBreach]).toEqual([2, 2]);
    const { position, cash } = run(held([{ position: 50, cash: -60 }]));
    expect([position?.daysInBreach, cash?.daysInBreach]).toEqual([1, 1]);
  });

  test('negative cash is a breach and a short counts its gross', () => {
    const { cash, position } = run(
      held([
        { position: -30, cash: 130 },
        { position: 110, cash: -10 },
      ]),
    );
    expect(cash?.episodes).toMatchObject([{ days: 1, worst: -0.1 }]);
    expect(position?.daysInBreach).toBe(2);
  });

  test('what the history cannot tell is null, never zero breaches', () => {
    expect(run(history([1, 2]))).toMatchObject({ position: null, cash: null, correlation: null });
    expect(run(held([{ position: 0, cash: 1 }]))).toMatchObject({ drawdown: null, dailyLoss: null });
  });

  test('two strategies that move alike breach the correlation once sixty days are common', () => {
    const wave = Array.from({ length: 80 }, (_, i) => 100 + 10 * Math.sin(i));
    const input = {
      ...history(wave),
      peers: [
        curve(
          wave.map((value) => value * 2),
          { name: 'twin' },
        ),
      ],
    };
    const { correlation } = run(input);
    expect(correlation?.episodes).toMatchObject([{ from: 60 * DAY, days: 20, subject: 'twin' }]);
  });

  test('of a portfolio every pair of its strategies counts, and none with the portfolio itself', () => {
    const wave = Array.from({ length: 80 }, (_, i) => 100 + 10 * Math.sin(i));
    const other = Array.from({ length: 80 }, (_, i) => 100 + 10 * Math.cos(i * 2.3));
    const peers = [curve(other, { name: 'odd' }), curve(wave, { name: 'one' }), curve(wave, { name: 'twin' })];
    const { correlation } = run({ ...history(other), peers, isWhole: true });
    expect(correlation?.episodes).toMatchObject([{ from: 60 * DAY, days: 20, subject: 'one / twin' }]);
    expect(run({ ...history(wave), peers: peers.slice(0, 2), isWhole: true }).correlation?.daysInBreach).toBe(0);
    expect(run({ ...history(wave), peers: peers.slice(1, 2), isWhole: true }).correlation).toBeNull();
  });

  test('under sixty common days the correlation is unknown, not without a breach', () => {
    const wave = Array.from({ length: 40 }, (_, i) => 100 + 10 * Math.sin(i));
    expect(run({ ...history(wave), peers: [curve(wave, { name: 'twin' })] }).correlation).toBeNull();
  });
});

describe('properties', () => {
  const values = fc.array(fc.double({ min: 0.01, max: 1e6, noNaN: true }), { minLength: 2, maxLength: 60 });

  test('a curve that never falls never breaches', () => {
    fc.assert(
      fc.property(values, (series) => {
        const { drawdown, dailyLoss } = run(history(series.toSorted((a, b) => a - b)));
        expect([drawdown?.daysInBreach, dailyLoss?.daysInBreach]).toEqual([0, 0]);
      }),
    );
  });

  test('a tighter limit never breaches on fewer days', () => {
    fc.assert(
      fc.property(values, fc.double({ min: 0.01, max: 0.9, noNaN: true }), (series, loose) => {
        const at = (limit: number) =>
          replay(history(series), replayLimitsOf({ drawdown: limit, dailyLoss: limit })).breaches;
        const [wide, tight] = [at(loose), at(loose / 2)];
        expect(tight.drawdown!.daysInBreach).toBeGreaterThanOrEqual(wide.drawdown!.daysInBreach);
        expect(tight.dailyLoss!.daysInBreach).toBeGreaterThanOrEqual(wide.dailyLoss!.daysInBreach);
      }),
    );
  });

  test('the unit of money changes nothing', () => {
    fc.assert(
      fc.property(values, (series) => {
        const scaled = series.map((value) => value * 1024);
        expect(run(history(scaled)).drawdown?.episodes.length).toBe(run(history(series)).drawdown?.episodes.length);
      }),
    );
  });
});

describe('limits of single instruments', () => {
  const holdings = {
    day: days(3),
    instruments: ['SPY', 'KO'],
    value: [Float64Array.of(80, 92, 80), Float64Array.of(4, 4, 6)],
    cash: Float64Array.of(16, 4, 14),
  };
  const over = (instruments: Record<string, number>) =>
    replay({ curve: null, holdings, peers: [] }, replayLimitsOf({ position: 0.05, instruments })).breaches.position;

  test('an override stands for its own instrument, the general limit for the others', () => {
    expect(over({})?.daysInBreach).toBe(3);
    const { episodes } = over({ SPY: 0.9 })!;
    expect(episodes).toMatchObject([{ from: DAY, to: 2 * DAY, days: 2, worst: 0.06, subject: 'KO' }]);
    expect(over({ SPY: 0.92, KO: 0.06 })?.daysInBreach).toBe(0);
  });

  test.each([
    [{ instruments: { SPY: 90 } }, 'Write 0.9 for 90 %'],
    [{ instruments: 0.9 }, 'instruments is an object'],
    [{ instruments: { SPY: 0 } }, 'instruments.SPY is 0'],
  ])('%j is refused', (document, words) => {
    expect(() => replayLimitsOf(document)).toThrow(words);
  });
});

describe('limit sets', () => {
  test('what is left out keeps its default', () => {
    expect(replayLimitsOf({ drawdown: 0.2 })).toEqual({ ...DEFAULT_REPLAY_LIMITS, drawdown: new Decimal('0.2') });
  });

  test.each([
    [{ drawdown: 10 }, 'limits are fractions. Write 0.1 for 10 %.'],
    [{ drawDown: 0.1 }, "'drawDown' is no limit"],
    [{ cash: null }, 'cash must be a number'],
    [{ dailyLoss: 0 }, 'above zero'],
    [{ position: 'NaN' }, 'must be a number'],
    [[], 'A limit set is an object'],
  ])('%j is refused', (document, words) => {
    expect(() => replayLimitsOf(document)).toThrow(words);
  });
});
