'use client';
import { useSuspenseQuery } from '@tanstack/react-query';
import Link from 'next/link';
import { useState } from 'react';
import type { ReportList } from '@/server/reports/view';
import { usePortfolioId } from '../shell/portfolio';
import { useTRPC } from '../trpc';
import { Button } from '../ui/button';
import { List, ListRow } from '../ui/list';
import { MainAndSide, PageHeader, Region } from '../ui/page';
import { EmptyState } from '../ui/states';
import { Status } from '../ui/status';
import { Table } from '../ui/table';
import { Age, Countdown, Time } from '../ui/time';
import { BaselinePanel } from './baseline-panel';
import { reportStatus, windowName } from './report-words';

/** Every report, the windows that run now, and where the baseline of each launch stands. */
export function ReportsScreen() {
  const trpc = useTRPC();
  const portfolioId = usePortfolioId();
  const { reports, next, launches } = useSuspenseQuery(trpc.reports.list.queryOptions({ portfolioId })).data;
  const [baselineOf, setBaselineOf] = useState<string | null>(null);
  return (
    <>
      <PageHeader title="Reports">
        <span>1 h and 24 h after each tranche, 7 d and 30 d after 100 %. A report is always issued.</span>
      </PageHeader>
      <MainAndSide
        sideWidth={376}
        sideLast
        main={
          <Region title="Issued" flush>
            <Issued reports={reports} />
          </Region>
        }
        side={
          <>
            <Region title="Baselines" flush>
              <Baselines launches={launches} onOpen={setBaselineOf} />
            </Region>
            <Region title="Next" flush>
              {next.length === 0 ? (
                <div className="px-4 pb-3">
                  <EmptyState title="No window runs.">Entering a tranche opens its windows.</EmptyState>
                </div>
              ) : (
                <List label="Next reports">
                  {next.map((window) => (
                    <ListRow
                      key={window.key}
                      kind="pending"
                      title={`${windowName(window.windowHours)} of ${window.strategyName}`}
                      meta={
                        <>
                          {window.launchNumber} at {window.tranche} %, due <Time at={window.dueAt} />
                        </>
                      }
                      end={<Countdown until={window.dueAt} />}
                    />
                  ))}
                </List>
              )}
            </Region>
          </>
        }
      />
      {baselineOf && <BaselinePanel launchId={baselineOf} onClose={() => setBaselineOf(null)} />}
    </>
  );
}

function Issued({ reports }: { reports: ReportList['reports'] }) {
  return (
    <Table
      label="Reports"
      rows={reports}
      rowKey={(row) => row.id}
      rowTone={(row) => (row.counts.high ? 'high' : undefined)}
      empty={
        <EmptyState title="No report yet.">The first is issued 1 h after a launch enters its first tranche.</EmptyState>
      }
      columns={[
        {
          key: 'number',
          head: 'Report',
          cell: (row) => (
            <Link
              href={`/reports/${row.number}`}
              className="font-medium text-run phone:inline-flex phone:min-h-11 phone:items-center"
            >
              {row.number}
            </Link>
          ),
        },
        {
          key: 'of',
          head: 'Of',
          cell: (row) => (
            <>
              {row.strategyName} {row.releaseVersion}
              <span className="text-xs text-ink-3"> · {row.launchNumber}</span>
            </>
          ),
        },
        { key: 'window', head: 'Window', cell: (row) => `${windowName(row.windowHours)} at ${row.tranche} %` },
        {
          key: 'status',
          head: 'Outcome',
          cell: (row) => {
            const { kind, word } = reportStatus(row.status, row.counts);
            return <Status kind={kind}>{word}</Status>;
          },
        },
        { key: 'issued', head: 'Issued', numeric: true, cell: (row) => <Time at={row.issuedAt} withDate /> },
        { key: 'age', head: 'Age', numeric: true, deskOnly: true, cell: (row) => <Age at={row.issuedAt} /> },
      ]}
    />
  );
}

const STANDING = {
  approved: { kind: 'approved', word: 'Approved' },
  proposed: { kind: 'awaiting', word: 'Waits for approval' },
  none: { kind: 'unknown', word: 'None: reports are unknown' },
} as const;

function Baselines({ launches, onOpen }: { launches: ReportList['launches']; onOpen: (launchId: string) => void }) {
  if (launches.length === 0) {
    return (
      <div className="px-4 pb-3">
        <EmptyState title="No launch is under way." />
      </div>
    );
  }
  return (
    <ul aria-label="Baselines">
      {launches.map((launch) => (
        <li
          key={launch.launchId}
          className="flex items-center gap-3 border-t border-line px-4 py-2 first:border-t-0 phone:min-h-(--size-row-touch)"
        >
          <div className="min-w-0 flex-1">
            <div className="font-medium">
              {launch.launchNumber} {launch.strategyName}
            </div>
            <Status kind={STANDING[launch.baseline].kind} size="sm">
              {STANDING[launch.baseline].word}
              {launch.version !== null && `, b-${launch.version}`}
            </Status>
          </div>
          <Button size="sm" onClick={() => onOpen(launch.launchId)} aria-label={`Baseline of ${launch.launchNumber}`}>
            Baseline
          </Button>
        </li>
      ))}
    </ul>
  );
}
