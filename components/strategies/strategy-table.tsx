'use client';
import { useSuspenseQuery } from '@tanstack/react-query';
import { useTRPC } from '../trpc';
import { TextLink } from '../ui/page';
import { EmptyState } from '../ui/states';
import { Table } from '../ui/table';

/** Every strategy the person sees, by portfolio. */
export function StrategyTable() {
  const trpc = useTRPC();
  const { data } = useSuspenseQuery(trpc.strategies.list.queryOptions());
  return (
    <Table
      label="Registered strategies"
      rows={data}
      rowKey={(row) => row.id}
      group={(row) => ({ key: row.portfolioId, head: row.portfolioName })}
      empty={
        <EmptyState title="No strategy yet.">
          A strategy is one algorithm in one portfolio. Register it, then record a release and upload its backtest: a
          launch is opened from a release.
        </EmptyState>
      }
      columns={[
        {
          key: 'name',
          head: 'Strategy',
          cell: (row) => <TextLink href={`/strategies/${row.id}`}>{row.name}</TextLink>,
        },
        { key: 'owner', head: 'Owner', cell: (row) => row.ownerName },
        {
          key: 'engine',
          head: 'Engine',
          deskOnly: true,
          cell: (row) => row.engineName ?? <span className="text-ink-3">none</span>,
        },
        {
          key: 'ref',
          head: 'Id at the engine',
          deskOnly: true,
          cell: (row) => <span className="mono">{row.engineRef}</span>,
        },
        { key: 'releases', head: 'Releases', numeric: true, cell: (row) => row.releases },
        {
          key: 'newest',
          head: 'Newest',
          cell: (row) =>
            row.newestReleaseId ? (
              <TextLink href={`/strategies/${row.id}/releases/${row.newestReleaseId}`}>{row.newestVersion}</TextLink>
            ) : (
              <span className="text-ink-3">none yet</span>
            ),
        },
      ]}
    />
  );
}
