'use client';
import { useSuspenseQuery } from '@tanstack/react-query';
import type { SizingRow } from '@/server/risk/sizing/sizing-store';
import { useTRPC } from '../trpc';
import { Button } from '../ui/button';
import { Money, Num } from '../ui/number';
import { EmptyState } from '../ui/states';
import { Status } from '../ui/status';
import { type Column, Table } from '../ui/table';
import { Time } from '../ui/time';
import { outcomeWords, STEP_TITLE } from './words';

const COLUMNS: Column<SizingRow>[] = [
  { key: 'at', head: 'Asked', cell: (row) => <Time at={row.askedAt} seconds /> },
  {
    key: 'who',
    head: 'By',
    cell: (row) => (
      <span className="whitespace-nowrap">
        {row.askedByName}
        {row.byMachine && <span className="text-ink-3"> (key)</span>}
      </span>
    ),
  },
  {
    key: 'strategy',
    head: 'Strategy',
    cell: ({ result }) => <span className="font-medium">{result.strategyName}</span>,
  },
  { key: 'instrument', head: 'Instrument', cell: ({ result }) => `${result.instrument}, ${result.side}` },
  {
    key: 'size',
    head: 'Target',
    numeric: true,
    cell: ({ result }) => <Money value={result.size} currency={result.size ? result.currency : undefined} />,
  },
  {
    key: 'quantity',
    head: 'Units',
    numeric: true,
    cell: ({ result }) => <Num value={result.quantity} digits={8} minDigits={0} />,
  },
  { key: 'binding', head: 'Bound by', cell: ({ result }) => <Bound result={result} /> },
];

function Bound({ result }: Pick<SizingRow, 'result'>) {
  if (result.kind === 'cannot-size') {
    return (
      <Status kind="unknown" size="sm" className="max-w-64">
        <span className="whitespace-normal">{result.reason}</span>
      </Status>
    );
  }
  const words = result.binding ? STEP_TITLE[result.binding] : 'No edge';
  return <span title={outcomeWords(result)}>{`${words}${result.reservation ? ', reserved' : ''}`}</span>;
}

/** Who sized what, the newest first; a row opens again as it was answered. */
export function SizingHistory({
  portfolioId,
  onOpen,
  openId,
}: {
  portfolioId: string;
  onOpen: (view: SizingRow['result']) => void;
  openId: string | undefined;
}) {
  const trpc = useTRPC();
  const { data } = useSuspenseQuery(trpc.sizing.history.queryOptions({ portfolioId }));
  return (
    <Table
      label="Sizings"
      columns={[
        ...COLUMNS,
        {
          key: 'open',
          head: <span className="sr-only">Open</span>,
          cell: (row) => (
            <Button size="sm" variant="quiet" onClick={() => onOpen(row.result)}>
              Show trace
            </Button>
          ),
        },
      ]}
      rows={data}
      rowKey={(row) => row.id}
      selectedKey={openId}
      empty={
        <EmptyState title="Nothing was sized yet.">
          Each sizing is kept here with who asked, by a person on this page or by an engine over POST /api/v1/sizing.
        </EmptyState>
      }
    />
  );
}
