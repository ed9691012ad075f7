'use client';
import { useSuspenseQuery } from '@tanstack/react-query';
import Link from 'next/link';
import type { LaunchListRow } from '@/server/launch/view';
import { useTRPC } from '../trpc';
import { ButtonLink } from '../ui/button';
import { PhaseTrack, type TrackPart, type TrackState } from '../ui/phase-track';
import { EmptyState } from '../ui/states';
import { Status } from '../ui/status';

const PHASE_LABEL: Record<number, string> = { 1: '1 Infra', 2: '2 DB', 3: '3 App' };
const PHASE_STATE: Record<LaunchListRow['phases'][number]['state'], TrackState> = {
  blocked: 'not-started',
  ready: 'not-started',
  running: 'running',
  'awaiting-approval': 'awaiting',
  passed: 'done',
  failed: 'failed',
  'rolled-back': 'rolled-back',
};

function trancheParts(row: LaunchListRow): TrackPart[] {
  return row.tranches.map((t, index) => {
    const held = row.status === 'held' && t.state === 'running';
    const share = t.requiredSeconds ? (t.countedSeconds ?? 0) / t.requiredSeconds : undefined;
    return {
      key: String(t.tranche),
      label: `${index === 0 ? '4 · ' : ''}${t.tranche} %`,
      state: held ? 'held' : t.state,
      share,
    };
  });
}

function Standing({ row }: { row: LaunchListRow }) {
  if (row.status === 'held') {
    return (
      <>
        <Status kind="blocked">Held</Status>
        <div className="truncate text-xs text-ink-3">{row.holdReason}</div>
      </>
    );
  }
  if (!row.gate) return <Status kind="passed">Through every gate</Status>;
  const awaits = row.phases.some((p) => p.state === 'awaiting-approval');
  return (
    <>
      {row.gate.isOpen ? (
        <Status kind="passed">Gate open</Status>
      ) : (
        <Status
          kind={awaits ? 'awaiting' : 'closed'}
          detail={`${row.gate.blockers} ${row.gate.blockers === 1 ? 'blocker' : 'blockers'}`}
        >
          {awaits ? 'Awaiting approval' : 'Gate closed'}
        </Status>
      )}
      <div className="truncate text-xs text-ink-3" title={row.gate.first ?? undefined}>
        {row.gate.first ?? `Checklist ${row.checklist.satisfied} of ${row.checklist.total}`}
      </div>
    </>
  );
}

const isInFlight = (row: LaunchListRow): boolean => row.status !== 'aborted' && row.status !== 'finished';

/** Launches of the portfolio that are on their way, with their track and what blocks each first. */
export function LaunchesInFlight({ portfolioId }: { portfolioId: string }) {
  const trpc = useTRPC();
  const { data } = useSuspenseQuery(trpc.launches.list.queryOptions());
  const rows = data.filter((row) => row.portfolioId === portfolioId && isInFlight(row));
  if (rows.length === 0) {
    return (
      <div className="px-4 pb-3.5">
        <EmptyState title="No launch in flight." action={<ButtonLink href="/launches">Launches</ButtonLink>}>
          A launch takes one release live: checklist, phases, approvals, tranches.
        </EmptyState>
      </div>
    );
  }
  return (
    <ul aria-label="Launches in flight">
      {rows.map((row) => (
        <li
          key={row.id}
          className="grid items-center gap-x-5 gap-y-2 border-t border-line px-4 py-2.25 first:border-t-0 md:grid-cols-[172px_minmax(0,1fr)_236px]"
        >
          <div className="min-w-0">
            <Link
              href={`/launches/${row.id}`}
              className="font-medium phone:inline-flex phone:min-h-11 phone:items-center"
            >
              {row.name}
            </Link>{' '}
            <span className="text-ink-2">{row.version}</span>
            <div className="text-xs text-ink-3">
              {row.number} · {row.ownerName}
            </div>
          </div>
          <PhaseTrack
            label={`Phases of ${row.number}`}
            phases={row.phases
              .filter((p) => p.phase < 4)
              .map((p) => ({
                key: String(p.phase),
                label: PHASE_LABEL[p.phase] ?? p.name,
                state: PHASE_STATE[p.state],
              }))}
            tranches={trancheParts(row)}
          />
          <div className="min-w-0">
            <Standing row={row} />
          </div>
        </li>
      ))}
    </ul>
  );
}
