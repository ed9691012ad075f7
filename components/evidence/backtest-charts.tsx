'use client';
import { useMemo } from 'react';
import type { BacktestDetail } from '@/server/evidence/backtest';
import { EVIDENCE_POLICY } from '@/server/evidence/statistics/policy';
import { type ChartPoint, TimeSeriesChart, type ValueFormat } from '../charts/time-series-chart';
import { formatPercent } from '../ui/format';
import { EmptyState } from '../ui/states';
import { curvesOf } from './curves';
import { utcDay } from './words';

const MAX_MARKERS = 6;
const TARGET_VOLATILITY = 0.02;

/** Money, or with the digits it needs where the account is in a coin worth thousands. */
function equityFormat(points: readonly ChartPoint[]): ValueFormat {
  const largest = Math.max(...points.map((point) => Math.abs(point.value ?? 0)));
  return largest >= 100 ? 'money' : { unit: '', digits: Math.min(8, 4 - Math.floor(Math.log10(largest || 1))) };
}

/** Equity over its drawdown with the strategy's limits, then the rolling volatility; days are UTC days. */
export function BacktestCharts({ backtest }: { backtest: BacktestDetail }) {
  const { statistics, series, nameInFile } = backtest;
  const curves = useMemo(() => curvesOf(nameInFile, series), [nameInFile, series]);
  if (curves.equity.length === 0)
    return <EmptyState title="No equity.">The file holds trades but no equity, so there is no curve.</EmptyState>;
  const limit = EVIDENCE_POLICY.drawdownFraction;
  const worst = curves.breaches
    .toSorted((a, b) => b.worst - a.worst)
    .slice(0, MAX_MARKERS)
    .toSorted((a, b) => a.worstAt - b.worstAt);
  const last = -(curves.underwater.at(-1)?.value ?? 0);
  const deepest = statistics.dailyDrawdown ?? statistics.drawdown;
  return (
    <div className="grid gap-5">
      <TimeSeriesChart
        zone="UTC"
        height={340}
        summary={`Equity with its drawdown below: ${formatPercent(last)} under its high at the end, at most ${formatPercent(deepest?.fraction)}, limit ${formatPercent(limit)}.`}
        series={[
          { key: 'equity', label: 'Equity', points: curves.equity, showLast: true },
          { key: 'drawdown', label: 'Drawdown', points: curves.underwater, kind: 'area', pane: 1, showLast: true },
        ]}
        panes={[
          { format: equityFormat(curves.equity), stretch: 2 },
          { format: 'percent', include: [0, -1.2 * limit] },
        ]}
        limits={[
          { value: -limit, title: `Hard ${formatPercent(limit)}`, kind: 'hard', pane: 1 },
          { value: -0.8 * limit, title: `Soft ${formatPercent(0.8 * limit)}`, kind: 'soft', pane: 1 },
        ]}
        markers={worst.map((breach) => ({
          id: `${breach.limit}-${breach.from}`,
          at: breach.worstAt,
          kind: 'high',
          label: `${breach.limit === 'drawdown' ? 'Drawdown' : 'Daily loss'} ${formatPercent(breach.worst)} on ${utcDay(breach.worstAt)}`,
        }))}
      />
      {curves.breaches.length > worst.length && (
        <p className="text-xs text-ink-3">
          {curves.breaches.length} times beyond {formatPercent(limit)} drawdown or{' '}
          {formatPercent(EVIDENCE_POLICY.dailyLossFraction)} in a day; the {MAX_MARKERS} worst are marked.
        </p>
      )}
      {curves.volatility.length > 0 ? (
        <TimeSeriesChart
          zone="UTC"
          height={180}
          summary={`Volatility of the last 30 daily returns: ${formatPercent(statistics.volatility30)} a day at the end; sizing aims at ${formatPercent(TARGET_VOLATILITY)}.`}
          series={[{ key: 'volatility', label: '30-day volatility', points: curves.volatility, showLast: true }]}
          panes={[{ format: 'percent', include: [0, TARGET_VOLATILITY] }]}
          limits={[{ value: TARGET_VOLATILITY, title: 'Target 2 %', kind: 'reference' }]}
        />
      ) : (
        <p className="text-ink-2">30-day volatility is unknown: {statistics.daily.n} daily returns, 30 are needed.</p>
      )}
    </div>
  );
}
