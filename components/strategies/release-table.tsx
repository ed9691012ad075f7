'use client';
import { useSuspenseQuery } from '@tanstack/react-query';
import { useTRPC } from '../trpc';
import { ButtonLink } from '../ui/button';
import { shortHash } from '../ui/format';
import { TextLink } from '../ui/page';
import { EmptyState } from '../ui/states';
import { Table } from '../ui/table';
import { Time } from '../ui/time';

/** Releases of a strategy, the newest first, each with what identifies it. */
export function ReleaseTable({ strategyId, mayEdit }: { strategyId: string; mayEdit: boolean }) {
  const trpc = useTRPC();
  const { data } = useSuspenseQuery(trpc.strategies.releases.queryOptions({ strategyId }));
  return (
    <Table
      label="Releases"
      rows={data}
      rowKey={(row) => row.id}
      empty={
        <EmptyState
          title="No release yet."
          action={mayEdit && <ButtonLink href="#new-release">Record a release</ButtonLink>}
        >
          A release is what exactly goes live: a version, the digest of its artefact and of its configuration. Its
          backtest is uploaded there.
        </EmptyState>
      }
      columns={[
        {
          key: 'version',
          head: 'Version',
          cell: (row) => <TextLink href={`/strategies/${strategyId}/releases/${row.id}`}>{row.version}</TextLink>,
        },
        { key: 'artefact', head: 'Artefact', cell: (row) => <Digest value={row.artefactDigest} /> },
        { key: 'config', head: 'Configuration', deskOnly: true, cell: (row) => <Digest value={row.configDigest} /> },
        { key: 'by', head: 'Recorded by', deskOnly: true, cell: (row) => row.createdByName },
        { key: 'at', head: 'Recorded', numeric: true, cell: (row) => <Time at={row.createdAt} withDate /> },
      ]}
    />
  );
}

const Digest = ({ value }: { value: string }) => (
  <span className="mono whitespace-nowrap" title={value}>
    {shortHash(value)}
  </span>
);
