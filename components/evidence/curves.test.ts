import { expect, test } from 'vitest';
import { importEvidence } from '@/server/evidence/importers/detect';
import { type StoredSeries, storedSeriesOf } from '@/server/evidence/stored-series';
import { curvesOf } from './curves';

const DAY = 86_400_000;
const FIRST = Date.UTC(2024, 0, 1);
const dayAt = (i: number) => FIRST + i * DAY;
const seriesOf = (value: number[], opening: number | null = null): StoredSeries => ({
  sampling: 'daily',
  daily: {
    day: value.map((_, i) => dayAt(i)),
    value,
    exact: null,
    opening: opening === null ? null : { at: FIRST - DAY, value: opening },
  },
  points: null,
  holdings: null,
});

test('equity stands at its days, and its drawdown below zero from the highest before', () => {
  const { equity, underwater } = curvesOf('one', seriesOf([100, 120, 90, 120]));
  expect(equity).toEqual([100, 120, 90, 120].map((value, i) => ({ at: dayAt(i), value })));
  expect(underwater.map(({ at }) => at)).toEqual(equity.map(({ at }) => at));
  expect(underwater.map(({ value }) => (value ?? 0) + 0)).toEqual([0, 0, -0.25, 0]);
});

test('the opening counts as the mark, and as what the first day is measured from', () => {
  const { underwater, breaches } = curvesOf('one', seriesOf([80, 80], 100));
  expect(underwater[0]?.value).toBeCloseTo(-0.2, 12);
  expect(breaches.map(({ limit, from }) => [limit, from])).toEqual([
    ['drawdown', dayAt(0)],
    ['dailyLoss', dayAt(0)],
  ]);
});

test('breaches of drawdown and daily loss are marked where they were worst, in order of time; exactly at a limit none', () => {
  const atLimit = [100, 95, 90.25, 85.7375, 85];
  expect(curvesOf('one', seriesOf(atLimit)).breaches).toEqual([]);
  const { breaches } = curvesOf('one', seriesOf([100, 94, 96, 84, 80, 83, 100]));
  expect(breaches.map(({ limit, from, to, worstAt }) => [limit, from, to, worstAt])).toEqual([
    ['dailyLoss', dayAt(1), dayAt(1), dayAt(1)],
    ['drawdown', dayAt(3), dayAt(5), dayAt(4)],
    ['dailyLoss', dayAt(3), dayAt(3), dayAt(3)],
  ]);
  expect(breaches[1]?.worst).toBeCloseTo(0.2, 12);
});

test('the rolling volatility begins with the thirtieth return, each point on the day its window ends', () => {
  const value = Array.from({ length: 33 }, (_, i) => 100 * 1.01 ** (i % 2));
  const { volatility } = curvesOf('one', seriesOf(value));
  expect(volatility.map(({ at }) => at)).toEqual([30, 31, 32].map(dayAt));
  expect(curvesOf('one', seriesOf(value.slice(0, 30))).volatility).toEqual([]);
  expect(curvesOf('one', seriesOf(value.slice(0, 30), 100)).volatility.map(({ at }) => at)).toEqual([dayAt(29)]);
});

test('a file without days is drawn by its own points, without volatility and without breaches of days', async () => {
  const bytes = Buffer.from('date,close\n2020-01-01,100\n2020-02-01,50\n2020-03-01,75\n');
  const { strategies } = await importEvidence({ bytes, fileName: 'monthly.csv' });
  const curves = curvesOf('monthly', storedSeriesOf(strategies[0]!));
  expect(curves.equity.map(({ value }) => value)).toEqual([100, 50, 75]);
  expect(curves.underwater.map(({ value }) => (value ?? 0) + 0)).toEqual([0, -0.5, -0.25]);
  expect([curves.volatility, curves.breaches]).toEqual([[], []]);
});

test('trades without equity draw nothing', () => {
  const curves = curvesOf('none', { sampling: null, daily: null, points: null, holdings: null });
  expect(curves).toEqual({ equity: [], underwater: [], volatility: [], breaches: [] });
});
