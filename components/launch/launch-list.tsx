'use client';
import { useSuspenseQuery } from '@tanstack/react-query';
import Link from 'next/link';
import type { LaunchListRow } from '@/server/launch/view';
import { useTRPC } from '../trpc';
import { ButtonLink } from '../ui/button';
import { useNow, useZone } from '../ui/clock';
import { Percent } from '../ui/number';
import { PhaseTrack } from '../ui/phase-track';
import { EmptyState } from '../ui/states';
import { Status, type StatusKind } from '../ui/status';
import { Table } from '../ui/table';
import { phaseParts, trancheParts } from './track-parts';

const STATUS: Record<LaunchListRow['status'], { kind: StatusKind; word: string }> = {
  open: { kind: 'running', word: 'Open' },
  live: { kind: 'running', word: 'Live' },
  held: { kind: 'closed', word: 'Held' },
  aborted: { kind: 'voided', word: 'Aborted' },
  finished: { kind: 'passed', word: 'Finished' },
};

function Next({ row }: { row: LaunchListRow }) {
  if (!row.gate) return <span className="text-ink-3">{row.status === 'finished' ? 'trades in full' : 'closed'}</span>;
  if (row.gate.isOpen) return <Status kind="passed">Gate open</Status>;
  const more = row.gate.blockers - 1;
  return (
    <span className="block min-w-56 whitespace-normal">
      {row.gate.first}
      {more > 0 && <span className="text-ink-3"> and {more} more</span>}
    </span>
  );
}

/** Every launch, those that move first: where it stands and what blocks it. */
export function LaunchList() {
  const trpc = useTRPC();
  const { data } = useSuspenseQuery(trpc.launches.list.queryOptions());
  const clock = { zone: useZone(), now: useNow() };
  return (
    <Table
      label="Launches"
      rows={data}
      rowKey={(row) => row.id}
      rowTone={(row) => (row.status === 'held' ? 'warn' : undefined)}
      empty={
        <EmptyState
          title="Nothing has been launched yet."
          action={<ButtonLink href="/launches/new">Open a launch</ButtonLink>}
        >
          A launch takes one release live: checklist, phases, approvals, capital in three tranches.
        </EmptyState>
      }
      columns={[
        {
          key: 'launch',
          head: 'Launch',
          cell: (row) => (
            <Link href={`/launches/${row.id}`} className="block min-w-36 font-medium">
              {row.name} {row.version}
              <span className="block text-xs font-normal text-ink-3">
                {row.number} · {row.portfolioName}
              </span>
            </Link>
          ),
        },
        {
          key: 'state',
          head: 'State',
          cell: (row) => <Status kind={STATUS[row.status].kind}>{STATUS[row.status].word}</Status>,
        },
        {
          key: 'track',
          head: 'Phases and tranches',
          className: 'min-w-80',
          cell: (row) => (
            <PhaseTrack
              label={`${row.number}, phases and tranches`}
              phases={phaseParts(row.phases, clock, true)}
              tranches={trancheParts(row.tranches, row.status === 'held', clock, true)}
            />
          ),
        },
        {
          key: 'checklist',
          head: 'Checklist',
          numeric: true,
          cell: (row) => (
            <Link
              href={`/launches/${row.id}/checklist`}
              className="whitespace-nowrap phone:inline-flex phone:min-h-11 phone:items-center"
            >
              {row.checklist.satisfied} of {row.checklist.total}
            </Link>
          ),
        },
        {
          key: 'allocation',
          head: 'Allocation',
          numeric: true,
          cell: (row) => <Percent value={row.allocation} digits={1} />,
        },
        { key: 'next', head: 'Blocked by', cell: (row) => <Next row={row} /> },
        {
          key: 'owner',
          head: 'Owner',
          deskOnly: true,
          cell: (row) => <span className="whitespace-nowrap text-ink-2">{row.ownerName}</span>,
        },
      ]}
    />
  );
}
