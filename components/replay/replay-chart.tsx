'use client';
import { useMemo } from 'react';
import { underwaterOf } from '@/server/evidence/statistics/drawdown';
import type { ReplayCurve } from '@/server/risk/replay/replay-history';
import { type ChartPoint, TimeSeriesChart } from '../charts/time-series-chart';
import { formatPercent } from '../ui/format';
import type { Outcome } from './outcome';
import { replayMarkers } from './replay-markers';

const MAX_MARKERS = 12;

/** Equity over its drawdown, the drawdown limit of each set as a line, halts and breaches of the first set as marks. */
export function ReplayChart({ curve, outcomes }: { curve: ReplayCurve; outcomes: Outcome[] }) {
  const { equity, underwater } = useMemo(() => {
    const under = underwaterOf(curve.value, curve.opening?.value);
    const pointsOf = (values: Float64Array, sign: number): ChartPoint[] =>
      Array.from(curve.day, (at, i) => ({ at, value: sign * values[i]! }));
    return { equity: pointsOf(curve.value, 1), underwater: pointsOf(under, -1) };
  }, [curve]);
  const limits = outcomes.map(({ name, result }) => ({ name, value: result.limits.drawdown.toNumber() }));
  const [first] = outcomes;
  const { markers, left } = replayMarkers(first, MAX_MARKERS);
  const worst = Math.max(...underwater.map((point) => -(point.value ?? 0)));
  return (
    <div className="grid gap-2">
      <TimeSeriesChart
        zone="UTC"
        height={360}
        summary={`Equity with its drawdown below, at most ${formatPercent(worst)}; ${limits.map((limit) => `limit ${limit.name} ${formatPercent(limit.value)}`).join(', ')}; ${first?.halts.length ?? 0} halts.`}
        series={[
          { key: 'equity', label: 'Equity', points: equity, showLast: true },
          { key: 'drawdown', label: 'Drawdown', points: underwater, kind: 'area', pane: 1, showLast: true },
        ]}
        panes={[
          { format: Math.max(...curve.value) >= 100 ? 'money' : { unit: '', digits: 4 }, stretch: 2 },
          { format: 'percent', include: [0, ...limits.map((limit) => -1.2 * limit.value)] },
        ]}
        limits={limits.map((limit) => ({
          value: -limit.value,
          title:
            outcomes.length > 1 ? `${limit.name} ${formatPercent(limit.value)}` : `Hard ${formatPercent(limit.value)}`,
          kind: limit.name === 'A' ? ('hard' as const) : ('reference' as const),
          pane: 1 as const,
        }))}
        markers={markers}
      />
      {left > 0 && (
        <p className="text-xs text-ink-3">
          {MAX_MARKERS} are marked, halts and the longest breaches first; {left} more are listed below.
        </p>
      )}
    </div>
  );
}
