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
  if (data.length === 0)
    return (
      <div className="px-4 pb-3.5">
        <EmptyState
          title="Nothing has been launched yet."
          action={<ButtonLink href="/launches/new">Open a launch</ButtonLink>}
        >
          A launch takes one release live: checklist, phases, approvals, capital in three tranches.
        </EmptyState>
      </div>
    );
  return (
    <>
      <div className="phone:hidden">
        <LaunchTable rows={data} clock={clock} />
      </div>
      <ul aria-label="Launches" className="md:hidden">
        {data.map((row) => (
          <PhoneRow key={row.id} row={row} clock={clock} />
        ))}
      </ul>
    </>
  );
}

type Clock = { zone: string; now: number };

const Track = ({ row, clock }: { row: LaunchListRow; clock: Clock }) => (
  <PhaseTrack
    label={`${row.number}, phases and tranches`}
    phases={phaseParts(row.phases, clock, true)}
    tranches={trancheParts(row.tranches, row.status === 'held', clock, true)}
  />
);

/** One launch where a table has no room: what, how far, what blocks. */
function PhoneRow({ row, clock }: { row: LaunchListRow; clock: Clock }) {
  return (
    <li data-row className="relative grid gap-2.5 border-t border-line px-4 py-3 first:border-t-0">
      <div className="flex items-baseline justify-between gap-3">
        <Link href={`/launches/${row.id}`} className="text-base font-medium after:absolute after:inset-0">
          {row.name} {row.version}
          <span className="block text-xs font-normal text-ink-3">
            {row.number} · {row.portfolioName} · checklist {row.checklist.satisfied} of {row.checklist.total}
          </span>
        </Link>
        <Status kind={STATUS[row.status].kind}>{STATUS[row.status].word}</Status>
      </div>
      <Track row={row} clock={clock} />
      <Next row={row} />
    </li>
  );
}

function LaunchTable({ rows, clock }: { rows: LaunchListRow[]; clock: Clock }) {
  return (
    <Table
      label="Launches"
      rows={rows}
      rowKey={(row) => row.id}
      rowTone={(row) => (row.status === 'held' ? 'warn' : undefined)}
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
          cell: (row) => <Track row={row} clock={clock} />,
        },
        {
          key: 'checklist',
          head: 'Checklist',
          numeric: true,
          cell: (row) => (
            <Link href={`/launches/${row.id}/checklist`} className="whitespace-nowrap">
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
