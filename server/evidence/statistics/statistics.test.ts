import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { dailyReturnsOf, sampleDeviationOf, summaryOf } from './daily-returns';
import { drawdownOf, underwaterOf } from './drawdown';
import { kellyOf } from './kelly';
import { monthlyReturnsOf } from './monthly';
import { calmarOf, sharpe252Of, sortino252Of } from './ratios';
import { sizing100k } from './sizing100k';
import { coversYears, spanOf } from './span';
import { tradeStatistics } from './trades';
import { rollingVolatility30Of, volatility30Of } from './volatility';

const DAY = 86_400_000;
const floats = (...values: number[]) => Float64Array.of(...values);
const dailyFrom = (start: string, values: number[], opening: number | null = null) => ({
  day: Float64Array.from(values, (_, i) => Date.parse(start) + i * DAY),
  value: Float64Array.from(values),
  exact: null,
  opening: opening === null ? null : { at: Date.parse(start), value: opening },
});

describe('drawdown', () => {
  test('is from the running maximum, with the first peak and trough that reach it', () => {
    expect(drawdownOf(floats(1, 2, 3, 4, 5), floats(100, 120, 90, 120, 90))).toEqual({
      fraction: 0.25,
      peakAt: 2,
      troughAt: 3,
    });
  });
  test('a curve that never fell has fraction 0 and no dates', () => {
    expect(drawdownOf(floats(1, 2), floats(1, 2))).toEqual({ fraction: 0, peakAt: null, troughAt: null });
  });
  test('equity under zero is a drawdown over 1', () => {
    expect(drawdownOf(floats(1, 2), floats(100, -50)).fraction).toBe(1.5);
  });
  test('the deepest point of the underwater curve is the drawdown', () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: 0.01, max: 1e9, noNaN: true }), { minLength: 1, maxLength: 50 }),
        (values) => {
          const series = Float64Array.from(values);
          expect(Math.max(...underwaterOf(series))).toBe(drawdownOf(series, series).fraction);
        },
      ),
    );
  });
});

describe('daily returns', () => {
  test('the first day stands against the opening where there is one', () => {
    expect(Array.from(dailyReturnsOf(dailyFrom('2024-01-01', [110, 99], 100))!.value)).toEqual([
      110 / 100 - 1,
      99 / 110 - 1,
    ]);
    expect(dailyReturnsOf(dailyFrom('2024-01-01', [110, 99]))!.value).toHaveLength(1);
  });
  test('are unknown after equity at or under zero', () => {
    expect(dailyReturnsOf(dailyFrom('2024-01-01', [1, 0, 1]))).toBeNull();
  });
  test('a summary of nothing is unknown, not zero', () => {
    expect(summaryOf({ day: floats(), value: floats() })).toMatchObject({ n: 0, mean: null, std: null, worst: null });
  });
  test('one return has no deviation', () => {
    expect(sampleDeviationOf(floats(0.01))).toBeNull();
  });
});

describe('volatility', () => {
  test('needs thirty returns and uses the last thirty', () => {
    const twentyNine = Float64Array.from({ length: 29 }, (_, i) => (i % 2 ? 0.01 : -0.01));
    expect(volatility30Of(twentyNine)).toBeNull();
    const wild = Float64Array.of(9, ...twentyNine, 0.01);
    expect(volatility30Of(wild)).toBeCloseTo(Math.sqrt((30 * 1e-4) / 29), 4);
  });
  test('the last rolling window is the volatility', () => {
    const series = Float64Array.from({ length: 45 }, (_, i) => Math.sin(i) / 100);
    expect(rollingVolatility30Of(series)[15]).toBe(volatility30Of(series));
  });
});

describe('ratios', () => {
  const series = floats(0.01, -0.02, 0.03);
  test('known numbers', () => {
    const mean = 0.02 / 3;
    expect(sharpe252Of(series)).toBeCloseTo((mean / 0.02516611478423583) * Math.sqrt(252), 12);
    expect(sortino252Of(series)).toBeCloseTo((mean / Math.sqrt(0.0004 / 3)) * Math.sqrt(252), 12);
    expect(calmarOf(0.21, 504, 0.2)).toBeCloseTo(0.5, 12);
  });
  test('are unknown without spread, without a loss, without a drawdown, after the whole loss', () => {
    expect(sharpe252Of(floats(0.01, 0.01))).toBeNull();
    expect(sortino252Of(floats(0.01, 0))).toBeNull();
    expect(calmarOf(0.1, 252, 0)).toBeNull();
    expect(calmarOf(-1, 252, 1)).toBeNull();
  });
});

describe('trades and Kelly', () => {
  const profit = floats(30, 10, -10, 0);
  test('draws stand in the denominator of the win rate', () => {
    expect(tradeStatistics('x', profit)).toMatchObject({
      wins: 2,
      losses: 1,
      draws: 1,
      winRate: 0.5,
      payoffRatio: 2,
      profitFactor: 4,
      expectancy: 7.5,
    });
  });
  test('full Kelly is (R p - q) / R, and a quarter of it is used', () => {
    expect(kellyOf(tradeStatistics('x', profit))).toEqual({ full: 0.25, quarter: 0.0625 });
  });
  test('no losing trade, no winning trade and no trade have no Kelly, never Infinity', () => {
    for (const trades of [floats(1, 2), floats(-1), floats()]) expect(kellyOf(tradeStatistics('x', trades))).toBeNull();
    expect(tradeStatistics('x', floats(1)).profitFactor).toBeNull();
  });
});

describe('reference size', () => {
  const kelly = (quarter: number) => ({ full: quarter * 4, quarter });
  test.each([
    [kelly(0.02), 0.01, 2000, 'kelly'],
    [kelly(0.2), 0.01, 5000, 'cap'],
    [kelly(0.05), 0.02, 5000, 'cap'],
    [kelly(0.02), 0.04, 1000, 'volatility'],
    [kelly(-0.01), 0.01, 0, 'negative_kelly'],
  ])('%o at volatility %d', (edge, volatility, size, binding) => {
    expect(sizing100k(edge, volatility)).toMatchObject({ size, binding });
  });
  test.each([
    [null, 0.01],
    [kelly(0.1), null],
    [kelly(0.1), 0],
  ])('what is unknown or stands still is not sized, never at full size', (edge, volatility) => {
    expect(sizing100k(edge, volatility)).toMatchObject({ size: null, binding: null });
  });
  test('never above the cap, never below 0, never larger for more volatility', () => {
    const fraction = fc.double({ min: -1, max: 1, noNaN: true });
    const volatility = fc.double({ min: 1e-6, max: 1, noNaN: true });
    fc.assert(
      fc.property(fraction, volatility, fc.double({ min: 1, max: 10, noNaN: true }), (quarter, calm, factor) => {
        const size = sizing100k(kelly(quarter), calm).size!;
        expect(size).toBeGreaterThanOrEqual(0);
        expect(size).toBeLessThanOrEqual(5000);
        expect(sizing100k(kelly(quarter), calm * factor).size).toBeLessThanOrEqual(size);
      }),
    );
  });
});

describe('months and years', () => {
  test('a month is its last equity over the last before it; all months compound to the whole', () => {
    const values = Array.from({ length: 70 }, (_, i) => 100 * 1.001 ** (i + 1));
    const months = monthlyReturnsOf(dailyFrom('2024-01-15', values, 100));
    expect(months.map(({ year, month }) => `${year}-${month}`)).toEqual(['2024-1', '2024-2', '2024-3']);
    expect(months.reduce((product, month) => product * (1 + month.value!), 1)).toBeCloseTo(1.001 ** 70, 12);
  });
  test('two years are two calendar years, leap days or not', () => {
    expect(coversYears(spanOf(Date.parse('2021-03-01'), Date.parse('2023-03-01')), 2)).toBe(true);
    expect(coversYears(spanOf(Date.parse('2021-03-01'), Date.parse('2023-02-28T23:59:59Z')), 2)).toBe(false);
  });
});
