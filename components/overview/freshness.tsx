'use client';
import { useSuspenseQuery } from '@tanstack/react-query';
import type { FreshnessView } from '@/server/risk/views/view';
import { useTRPC } from '../trpc';
import { formatDuration } from '../ui/format';
import { EmptyState } from '../ui/states';
import { Status } from '../ui/status';
import { Table } from '../ui/table';
import { Age, useStale } from '../ui/time';

type Source = FreshnessView[number];

function State({ source }: { source: Source }) {
  const stale = useStale(source.asOf, source.maxAgeMs);
  if (!source.asOf) return <Status kind="no-data" />;
  return <Status kind={stale ? 'stale' : 'fresh'} />;
}

/** How old each source is against the oldest it may be. */
export function Freshness({ portfolioId }: { portfolioId: string }) {
  const trpc = useTRPC();
  const { data } = useSuspenseQuery(trpc.overview.freshness.queryOptions({ portfolioId }));
  return (
    <Table
      label="Freshness"
      rows={data}
      rowKey={(source) => source.name}
      empty={
        <EmptyState title="No source yet.">Accounts and engines of the portfolio stand here with their age.</EmptyState>
      }
      columns={[
        { key: 'name', head: 'Source', cell: (source) => source.name },
        {
          key: 'age',
          head: 'Age',
          numeric: true,
          className: 'text-ink-2',
          cell: (source) => (source.asOf ? <Age at={source.asOf} maxAgeMs={source.maxAgeMs} /> : '?'),
        },
        {
          key: 'max',
          head: 'Maximum',
          numeric: true,
          className: 'text-ink-3',
          cell: (source) => formatDuration(source.maxAgeMs),
        },
        { key: 'state', head: 'State', cell: (source) => <State source={source} /> },
      ]}
    />
  );
}
