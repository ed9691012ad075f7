'use client';
import { useSuspenseQuery } from '@tanstack/react-query';
import { evenly } from '../charts/series-data';
import { TimeSeriesChart } from '../charts/time-series-chart';
import { useTRPC } from '../trpc';
import { formatMoney, formatPercent } from '../ui/format';
import { EmptyState } from '../ui/states';

const SPANS = 240;
const LEAST_SPAN_MS = 5000;
const SPANS_WITHOUT_DATA = 6;

/** Profit and loss of the session day against the money at which the loss limit stands. */
export function DayPnl({ portfolioId }: { portfolioId: string }) {
  const trpc = useTRPC();
  const { data } = useSuspenseQuery(trpc.overview.dayPnl.queryOptions({ portfolioId }));
  if (!data.sessionStart || !data.sessionEnd || data.points.length === 0) {
    return (
      <EmptyState title="No sample in this session day.">
        The engine sends snapshots to this portfolio; the first one of a day opens it.
      </EmptyState>
    );
  }
  const last = data.points.at(-1)?.pnl ?? null;
  const hard = Number(data.hardLoss);
  const summary = `Day profit and loss ${formatMoney(last, { currency: data.currency, sign: true })}; soft limit ${formatMoney(data.softLoss)}; hard limit ${formatMoney(data.hardLoss)}; headroom ${formatMoney((last ?? 0) - hard)}.`;
  // The axis runs from the first sample of the session to now: what is still to come takes no room from what was.
  const drawn = evenly(
    data.points.map((p) => ({ at: p.at * 1000, value: p.pnl })),
    SPANS,
    LEAST_SPAN_MS,
  );
  return (
    <TimeSeriesChart
      summary={summary}
      height={210}
      zone={data.timeZone}
      panes={[{ format: 'money', include: [0, hard * 1.1] }]}
      series={[
        {
          key: 'pnl',
          label: `Day P&L, ${data.currency}`,
          colour: 'series-1',
          showLast: true,
          points: drawn.points,
        },
      ]}
      limits={[
        { value: 0, title: 'start of day', kind: 'reference' },
        { value: Number(data.softLoss), title: `soft ${formatPercent(data.soft, { digits: 0 })}`, kind: 'soft' },
        { value: hard, title: `hard ${formatPercent(data.hard, { digits: 0 })}`, kind: 'hard' },
      ]}
      maxStepMs={SPANS_WITHOUT_DATA * drawn.stepMs}
      grid={{ stepMs: drawn.stepMs, from: drawn.from, to: drawn.to }}
    />
  );
}

/** What the chart is drawn from: its session and its start. */
export function DayPnlHead({ portfolioId }: { portfolioId: string }) {
  const trpc = useTRPC();
  const { data } = useSuspenseQuery(trpc.overview.dayPnl.queryOptions({ portfolioId }));
  return (
    <span>
      {data.currency} · start of day {formatMoney(data.startEquity)}
      {data.estimated && ', estimated'}
    </span>
  );
}
