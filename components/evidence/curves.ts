import { dailyReturnsOf } from '@/server/evidence/statistics/daily-returns';
import { underwaterOf } from '@/server/evidence/statistics/drawdown';
import { EVIDENCE_POLICY } from '@/server/evidence/statistics/policy';
import { rollingVolatility30Of, VOLATILITY_WINDOW } from '@/server/evidence/statistics/volatility';
import { dailyCurveOf, type StoredSeries, storedReplayHistory } from '@/server/evidence/stored-series';
import { type ReplayEpisode, replay } from '@/server/risk/replay/replay';
import { replayLimitsOf } from '@/server/risk/replay/replay-limits';
import type { ChartPoint } from '../charts/series-data';

export interface Curves {
  equity: ChartPoint[];
  /** 0 down; the mark is the running maximum, the opening included. */
  underwater: ChartPoint[];
  volatility: ChartPoint[];
  /** Days beyond the strategy's default limits. */
  breaches: (ReplayEpisode & { limit: 'drawdown' | 'dailyLoss' })[];
}

const pointsOf = (at: ArrayLike<number>, value: ArrayLike<number>, offset = 0): ChartPoint[] =>
  Array.from({ length: value.length }, (_, i) => ({ at: at[i + offset]!, value: value[i]! }));

/** What the charts draw of a stored series: by day where there are days, else by the file's own points. */
export function curvesOf(name: string, series: StoredSeries): Curves {
  const daily = dailyCurveOf(series);
  if (!daily) {
    const { at, value } = series.points ?? { at: [], value: [] };
    const under = underwaterOf(Float64Array.from(value));
    return {
      equity: pointsOf(at, value),
      underwater: pointsOf(
        at,
        under.map((fall) => -fall),
      ),
      volatility: [],
      breaches: [],
    };
  }
  const returns = dailyReturnsOf(daily);
  const rolling = returns ? rollingVolatility30Of(returns.value) : new Float64Array(0);
  return {
    equity: pointsOf(daily.day, daily.value),
    underwater: pointsOf(
      daily.day,
      underwaterOf(daily.value, daily.opening?.value).map((fall) => -fall),
    ),
    volatility: returns ? pointsOf(returns.day, rolling, VOLATILITY_WINDOW - 1) : [],
    breaches: breachesOf(name, series),
  };
}

function breachesOf(name: string, series: StoredSeries): Curves['breaches'] {
  const limits = replayLimitsOf({
    drawdown: EVIDENCE_POLICY.drawdownFraction,
    dailyLoss: EVIDENCE_POLICY.dailyLossFraction,
  });
  const { drawdown, dailyLoss } = replay(storedReplayHistory(name, series), limits).breaches;
  return [
    ...(drawdown?.episodes ?? []).map((episode) => ({ ...episode, limit: 'drawdown' as const })),
    ...(dailyLoss?.episodes ?? []).map((episode) => ({ ...episode, limit: 'dailyLoss' as const })),
  ].toSorted((a, b) => a.from - b.from);
}
