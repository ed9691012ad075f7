'use client';
import { useSuspenseQuery } from '@tanstack/react-query';
import { useTRPC } from '../trpc';
import { TextLink } from '../ui/page';
import { EmptyState } from '../ui/states';
import { Status } from '../ui/status';
import { Table } from '../ui/table';
import { Time } from '../ui/time';
import { statusOf } from './episode-words';

/** Breaches of the last six months, newest first. */
export function EpisodeList({ portfolioId }: { portfolioId: string }) {
  const trpc = useTRPC();
  const { data } = useSuspenseQuery(trpc.risk.episodes.queryOptions({ portfolioId }));
  return (
    <Table
      label="Episodes"
      rows={data}
      rowKey={(e) => e.id}
      empty={<EmptyState title="No breach in six months.">A limit that is exceeded opens an episode here.</EmptyState>}
      columns={[
        {
          key: 'number',
          head: 'Breach',
          cell: (e) => (
            <TextLink href={`/risk?episode=${e.number}`} className="font-medium whitespace-nowrap">
              {e.number}
            </TextLink>
          ),
        },
        { key: 'what', head: 'What', cell: (e) => e.title },
        {
          key: 'state',
          head: 'State',
          cell: (e) => {
            const status = statusOf(e);
            return <Status kind={status.kind}>{status.word}</Status>;
          },
        },
        {
          key: 'at',
          head: 'Opened',
          numeric: true,
          className: 'text-xs text-ink-3',
          cell: (e) => <Time at={e.openedAt} />,
        },
      ]}
    />
  );
}
