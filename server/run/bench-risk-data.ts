import type { BatchInput } from '../risk/replay/limits-batch';
import type { ReplayCurve } from '../risk/replay/replay-history';
import { seeded } from './bench-rows';

const DAY_MS = 86_400_000;

/** Daily returns of strategies that share a market: correlations of every size, the same in each run. */
export function dailyReturns(count: number, days: number, seed = 1): Float64Array[] {
  const random = seeded(seed);
  const market = Float64Array.from({ length: days }, () => (random() - 0.5) / 50);
  return Array.from({ length: count }, () => {
    const share = random() * 0.7;
    return market.map((move) => move * share + ((random() - 0.5) / 50) * (1 - share));
  });
}

/** Unit values and what limits look at beside them; a few are over each limit. */
export function manyStrategies(count: number, days: number): BatchInput {
  const random = seeded(2);
  const values = new Float64Array(count * days);
  for (let i = 0; i < count; i += 1) {
    let value = 100;
    for (let day = 0; day < days; day += 1) {
      value *= 1 + (random() - 0.49) / 40;
      values[i * days + day] = value;
    }
  }
  const each = (of: () => number) => Float64Array.from({ length: count }, of);
  return {
    days,
    values,
    equity: each(() => 50_000 + random() * 1e6),
    gross: each(() => random() * 30_000),
    cash: each(() => random() * 500_000),
    closed: Int32Array.from({ length: count }, () => Math.floor(random() * 200)),
    wins: Int32Array.from({ length: count }, () => Math.floor(random() * 60)),
  };
}

/** Closes of business days, as a history of daily equity has them. */
export function dailyCurves(count: number, days: number): ReplayCurve[] {
  const day = Float64Array.from(
    { length: days },
    (_, i) => Date.UTC(2006, 0, 2) + (Math.floor(i / 5) * 7 + (i % 5)) * DAY_MS,
  );
  return dailyReturns(count, days, 3).map((returns, i) => {
    let value = 100_000;
    return {
      name: `s${i}`,
      day,
      value: returns.map((r) => {
        value *= 1 + r + 0.0002;
        return value;
      }),
      exact: null,
      opening: null,
    };
  });
}
