'use client';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { parseAsStringLiteral, useQueryState } from 'nuqs';
import type { SeriesView } from '@/server/risk/views/view';
import { TimeSeriesChart } from '../charts/time-series-chart';
import { useTRPC } from '../trpc';
import { formatMoney, formatPercent } from '../ui/format';
import { Region } from '../ui/page';
import { Seg } from '../ui/seg';
import { ErrorState, Skeleton } from '../ui/states';
import { Age } from '../ui/time';

const RANGES = ['1d', '1m', '6m', 'all'] as const;
const RANGE_LABEL = { '1d': '1 d', '1m': '1 m', '6m': '6 m', all: 'All' } as const;
const BASIS_LABEL: Record<string, string> = {
  'since-start': 'basis since start',
  'trailing-90d': 'basis trailing 90 d',
  'end-of-day': 'basis end of day',
};

const summaryOf = (data: SeriesView): string => {
  const headroom =
    data.drawdown === null ? 'unknown' : formatPercent(Number(data.hard) - Number(data.drawdown), { digits: 2 });
  return `Equity ${formatMoney(data.equity, { currency: data.currency })}, drawdown ${formatPercent(data.drawdown)} of the high-water mark ${formatMoney(data.highWater)}, hard limit ${formatPercent(data.hard)}, headroom ${headroom}.`;
};

const KIND = { soft: 'medium', hard: 'high', unknown: 'medium' } as const;

/** Equity with its drawdown floor above, underwater curve with its limits below, episodes through both. */
export function EquityChart({ portfolioId }: { portfolioId: string }) {
  const trpc = useTRPC();
  const [range, setRange] = useQueryState('range', parseAsStringLiteral(RANGES).withDefault('6m'));
  const query = useQuery({
    ...trpc.risk.series.queryOptions({ portfolioId, range }),
    placeholderData: keepPreviousData,
  });
  const { data } = query;
  return (
    <Region
      title="Equity and drawdown"
      tags={
        <Seg
          label="Range"
          options={RANGES.map((value) => ({ value, label: RANGE_LABEL[value] }))}
          value={range}
          onChange={(value) => void setRange(value)}
        />
      }
      end={
        data && (
          <span>
            {data.currency}, cash-flow adjusted, {BASIS_LABEL[data.basis] ?? data.basis}
            {data.asOf && (
              <>
                {' · '}
                <Age at={data.asOf} maxAgeMs={data.maxAgeMs} suffix="old" />
              </>
            )}
          </span>
        )
      }
    >
      {data ? (
        <Plot data={data} />
      ) : query.error ? (
        <ErrorState title="The curve could not be shown.">{query.error.message}</ErrorState>
      ) : (
        <Skeleton label="the curve" rows={8} />
      )}
    </Region>
  );
}

function Plot({ data }: { data: SeriesView }) {
  const at = (seconds: number) => seconds * 1000;
  const hard = Number(data.hard);
  return (
    <TimeSeriesChart
      summary={summaryOf(data)}
      height={380}
      zone={data.timeZone}
      panes={[
        { format: 'money', stretch: 2 },
        // Down to 120 % of the hard limit, so that headroom is always visible.
        { format: 'percent', include: [0, -hard * 1.2], stretch: 1.2 },
      ]}
      series={[
        {
          key: 'equity',
          label: `Equity, ${data.currency}`,
          colour: 'series-1',
          showLast: true,
          points: data.points.map((p) => ({ at: at(p.at), value: p.equity })),
        },
        {
          key: 'floor',
          label: 'Hard drawdown floor',
          colour: 'crit',
          points: data.points.map((p) => ({ at: at(p.at), value: p.floor })),
        },
        {
          key: 'drawdown',
          label: 'Drawdown',
          kind: 'area',
          colour: 'series-5',
          pane: 1,
          showLast: true,
          points: data.points.map((p) => ({ at: at(p.at), value: -p.drawdown })),
        },
      ]}
      limits={[
        ...(data.highWater ? [{ value: Number(data.highWater), title: 'high-water', kind: 'reference' as const }] : []),
        { value: -Number(data.soft), title: `soft ${formatPercent(data.soft, { digits: 0 })}`, kind: 'soft', pane: 1 },
        { value: -hard, title: `hard ${formatPercent(data.hard, { digits: 0 })}`, kind: 'hard', pane: 1 },
      ]}
      markers={data.marks.map((mark) => ({
        id: mark.number,
        at: at(mark.at),
        kind: KIND[mark.tier],
        label: mark.title,
        href: `/risk?episode=${mark.number}`,
      }))}
    />
  );
}
