import { expect, test } from 'vitest';
import { replay } from './replay';
import type { ReplayCurve, ReplayHistory } from './replay-history';
import { DEFAULT_REPLAY_LIMITS, replayLimitsOf } from './replay-limits';
import { replayJson, replayText } from './replay-report';

const DAY = 86_400_000;
const curve = (values: number[], name = 'one'): ReplayCurve => ({
  name,
  day: Float64Array.from(values, (_, i) => Date.UTC(2024, 0, 1) + i * DAY),
  value: Float64Array.from(values),
  exact: null,
  opening: null,
});
const falling = [100, 94, 95, 96, 97, 98, 99, 88, 87, 86, 85, 84];
const history = (over: Partial<ReplayHistory> = {}): ReplayHistory => ({
  curve: curve(falling),
  holdings: null,
  peers: [],
  ...over,
});
const outcomeOf = (input: ReplayHistory, limits = DEFAULT_REPLAY_LIMITS) => ({
  history: input,
  result: replay(input, limits),
});

test('the JSON has the fields that scripts rely on, each by its name', () => {
  const json = replayJson(outcomeOf(history()));
  expect(json).toEqual({
    limits: { drawdown: 0.1, dailyLoss: 0.05, position: 0.05, correlation: 0.7, cash: 0.1 },
    first: '2024-01-01',
    last: '2024-01-12',
    days: 12,
    breaches: {
      drawdown: { daysInBreach: 5, episodes: [{ from: '2024-01-08', to: '2024-01-12', days: 5 }] },
      dailyLoss: {
        daysInBreach: 2,
        episodes: [
          { from: '2024-01-02', to: '2024-01-02', days: 1 },
          { from: '2024-01-08', to: '2024-01-08', days: 1 },
        ],
      },
      position: null,
      correlation: null,
      cash: null,
    },
    halts: [
      { date: '2024-01-02', cause: 'dailyLoss', level: expect.closeTo(0.06, 12), after: 99 / 94 - 1, falseAlarm: true },
      { date: '2024-01-08', cause: 'dailyLoss', level: expect.closeTo(11 / 99, 12), after: null, falseAlarm: null },
      { date: '2024-01-09', cause: 'drawdown', level: expect.closeTo(0.13, 12), after: null, falseAlarm: null },
    ],
  });
  expect(Object.keys(json)).toEqual(['limits', 'first', 'last', 'days', 'breaches', 'halts']);
});

test('limits of single instruments are named only where there are some', () => {
  const limits = replayLimitsOf({ instruments: { SPY: 0.9 } });
  expect(replayJson(outcomeOf(history(), limits)).limits).toMatchObject({ instruments: { SPY: 0.9 } });
});

test('the text lists the breaches and halts of each set, with what the next closes did', () => {
  const wide = replayLimitsOf({ drawdown: 0.2, dailyLoss: 0.08 });
  const [first, second, ...more] = replayText([outcomeOf(history()), outcomeOf(history(), wide)]).split(
    '\n\nAgainst\n\n',
  );
  expect(more).toEqual([]);
  expect(first).toContain('2024-01-01 to 2024-01-12, 12 daily closes');
  expect(first).toMatch(/^dailyLoss +2024-01-02 +2024-01-02 +1 d +6.00\s%/m);
  expect(first).toMatch(/^2024-01-02 +daily loss +6.00\s% +\+5.32\s% +false alarm$/m);
  expect(first).toMatch(/^2024-01-09 +drawdown +13.00\s% +\? +\?$/m);
  expect(first).toContain('Halts 3, of them false alarms 1');
  expect(second).not.toContain('2024-01-02');
  expect(second).toMatch(/^dailyLoss +2024-01-08 +2024-01-08 +1 d/m);
  expect(second).toMatch(/^2024-01-08 +daily loss/m);
});

test('a correlation is its coefficient, not a per cent', () => {
  const wave = Array.from({ length: 80 }, (_, i) => 100 + Math.sin(i));
  const text = replayText([outcomeOf(history({ curve: curve(wave), peers: [curve(wave, 'twin')] }))]);
  expect(text).toMatch(/^correlation +<= 0.70 +20 +1 +1.00 on /m);
  expect(text).toMatch(/^correlation +\S+ +\S+ +20 d +1.00 +twin$/m);
  expect(text).toContain('No halt.');
});

test('without a breach it says so', () => {
  expect(replayText([outcomeOf(history({ curve: curve([1, 2]) }))])).toContain('No breach.');
});

test('what a history cannot tell is unknown and named, never 0 days', () => {
  const day = curve(falling).day;
  const cash = Float64Array.from(day, (_, i) => (i < 9 ? Number.NaN : 5));
  const holdings = { day, instruments: ['SPY'], value: [day.map(() => 95)], cash };
  const over = (input: Partial<ReplayHistory>) => replayText([outcomeOf(history(input))]);
  expect(over({})).toMatch(/^position .* \? +\? +unknown: no positions in this history$/m);
  expect(over({})).toMatch(/^cash .* \? +\? +unknown: no cash in this history$/m);
  expect(over({ holdings: { ...holdings, equity: day.map(() => 100) } })).toMatch(
    /^cash .* 3 +1 +5.00\s% on 2024-01-10; known on 3 of 12 closes$/m,
  );
  const none = { ...holdings, cash: cash.map(() => Number.NaN), equity: day.map(() => 100) };
  expect(replay(history({ holdings: none }), DEFAULT_REPLAY_LIMITS).breaches).toMatchObject({
    position: { daysInBreach: 12 },
    cash: null,
  });
});
