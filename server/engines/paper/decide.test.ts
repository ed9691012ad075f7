import { expect, test } from 'vitest';
import { Decimal } from '../../kernel/decimal';
import { loadBars, sessionOn, ticksOf } from './bars';
import { decide, targetWeight } from './decide';

const bars = loadBars();
const closesBefore = (day: string) =>
  bars.slice(Math.max(0, sessionOn(bars, day) - 250), sessionOn(bars, day)).map((bar) => bar.close);

test('the weight is full in a calm rise, less in a fall, none without 200 days', () => {
  expect(targetWeight(closesBefore('2013-06-03'))).toBe(1);
  expect(targetWeight(closesBefore('2008-10-20'))).toBeLessThan(0.4);
  expect(targetWeight(closesBefore('2000-03-01'))).toBe(0);
});

test('far from its target it crosses the market, near it it works a rung on each side', () => {
  const base = { closes: closesBefore('2013-06-03'), price: new Decimal('163.10'), capital: new Decimal(100_000) };
  expect(decide({ ...base, position: new Decimal(0) })).toMatchObject([{ side: 'buy', isReduceOnly: false }]);
  const near = decide({ ...base, position: new Decimal(613) });
  expect(near.map(({ side }) => side)).toEqual(['buy', 'sell']);
  expect(near[0]!.price.lt(base.price) && near[1]!.price.gt(base.price)).toBe(true);
  expect(decide({ ...base, capital: new Decimal(0), position: new Decimal(0) })).toEqual([]);
  expect(decide({ ...base, capital: new Decimal(0), position: new Decimal(5) })).toMatchObject([{ side: 'sell' }]);
});

test('the ticks of a day go from its open to its close and reach its high and low', () => {
  const crash = bars[sessionOn(bars, '2008-09-29')]!;
  const ticks = ticksOf(crash, 13);
  expect([ticks[0], ticks.at(-1)]).toEqual([crash.open, crash.close]);
  expect(Math.min(...ticks)).toBeCloseTo(crash.low);
  expect(crash.close / bars[sessionOn(bars, '2008-09-26')]!.close - 1).toBeCloseTo(-0.0881, 4);
});
