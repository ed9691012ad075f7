'use client';
import { useSuspenseQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { EmergencyView } from '@/server/emergency/view';
import { formatCount } from '../engines/count-text';
import { FollowPortfolio } from '../shell/follow-portfolio';
import { usePortfolio } from '../shell/portfolio';
import { useTRPC } from '../trpc';
import { Button } from '../ui/button';
import { useNow } from '../ui/clock';
import { formatStopwatch } from '../ui/format';
import { Note } from '../ui/note';
import { Money } from '../ui/number';
import { Columns, MainAndSide, PageHeader, Region, TextLink } from '../ui/page';
import { Stat } from '../ui/stat';
import { Status, Tag } from '../ui/status';
import { Age, Time } from '../ui/time';
import { EmergencyTimeline } from './emergency-timeline';
import { NotePanel } from './note-panel';
import { Opening } from './opening';
import { PositionsLeft } from './positions-left';
import { ResumePanel } from './resume-panel';
import { StepMatrix } from './step-matrix';
import { Told } from './told';
import { stateOf } from './words';

/** An emergency as it runs: what must reach zero first, then steps by systems, who was told, and what happened. */
export function RunningScreen({ emergencyId }: { emergencyId: string }) {
  const trpc = useTRPC();
  const { data: view } = useSuspenseQuery(trpc.emergency.byId.queryOptions({ emergencyId }));
  const [panel, setPanel] = useState<'note' | 'resume' | null>(null);
  const { kind, word, tone } = stateOf(view);
  const canResume = view.resumedAt === null && view.state !== 'running';
  return (
    <>
      <FollowPortfolio id={view.portfolioId} />
      <PageHeader
        title={`${view.isDrill ? 'Drill' : 'Emergency'} ${view.number}`}
        tags={
          <>
            <Tag kind={view.severity === 'critical' ? 'critical' : 'high'}>
              {view.severity === 'critical' ? 'Critical' : 'High'}
            </Tag>
            <Tag kind={kind} tone={tone}>
              {word}
            </Tag>
          </>
        }
        actions={
          <>
            <Button variant="quiet" glyph="note" onClick={() => setPanel('note')}>
              Add note
            </Button>
            {view.resumedAt === null && (
              <Button
                onClick={() => setPanel('resume')}
                blocked={canResume ? undefined : 'The steps are still running.'}
              >
                {view.isDrill ? 'End drill…' : 'Resume trading…'}
              </Button>
            )}
          </>
        }
      >
        <span>
          {view.reason} · {view.scopeName} · started by {view.startedBy} at <Time at={view.startedAt} seconds />
        </span>
        {view.incident && (
          <TextLink href={`/incidents/${view.incident.id}`}>
            Incident {view.incident.number}, {view.incident.state.replace('-', ' ')}
          </TextLink>
        )}
      </PageHeader>
      {view.supersededBy && (
        <Note tone="run" title={`Taken in by ${view.supersededBy.number}`}>
          A wider emergency covers this scope. <TextLink href={`/emergency/${view.supersededBy.id}`}>Open it</TextLink>
        </Note>
      )}
      {view.steps.length === 0 && (
        <Note tone="crit" role="alert" title="No system is registered for this scope">
          Nothing could be stopped from here. Stop the engines at their own consoles, then register them in Settings,
          Engines.
        </Note>
      )}
      <MustReachZero view={view} />
      <MainAndSide
        sideLast
        sideWidth={376}
        main={
          <>
            <Region title="Steps and systems" end="each command has one key; nothing is executed twice" flush>
              <StepMatrix view={view} />
              <p className="border-t border-line px-4 py-2 text-xs text-ink-2">
                Lockdown leaves sign-in, acknowledging, exits, cancels, resuming and this page open.
              </p>
            </Region>
            <PositionsLeft view={view} />
          </>
        }
        side={
          <>
            <ResumeState view={view} />
            {view.state === 'resuming' && <Opening view={view} />}
            <Told told={view.told} />
            <Region title="Events" end="live" flush>
              <EmergencyTimeline emergencyId={emergencyId} />
            </Region>
          </>
        }
      />
      {panel === 'note' && <NotePanel emergencyId={emergencyId} onClose={() => setPanel(null)} />}
      {panel === 'resume' && <ResumePanel view={view} onClose={() => setPanel(null)} />}
    </>
  );
}

function MustReachZero({ view }: { view: EmergencyView }) {
  const now = useNow();
  const currency = usePortfolio()?.baseCurrency;
  const end = view.finishedAt?.getTime() ?? view.resumedAt?.getTime() ?? now;
  const { workingOrders, positions, exposure, asOf, unknownEngines } = view.current;
  const open = new Set(
    view.steps.filter((step) => step.state === 'unknown' || step.state === 'failed').map((step) => step.engineId),
  ).size;
  const age = asOf ? <Age at={asOf} suffix=" ago" /> : 'no report yet';
  const unknown = unknownEngines.length > 0 || asOf === null;
  const isCritical = view.severity === 'critical';
  const kept = view.keepReduceOnlyStops ? view.current.protectiveStops : 0;
  return (
    <Columns count={4}>
      <Stat
        label={view.finishedAt ? 'Took' : 'Elapsed'}
        value={formatStopwatch(Math.max(0, end - view.startedAt.getTime()))}
        detail={
          <>
            since <Time at={view.startedAt} seconds />
          </>
        }
      />
      <Stat
        label={kept > 0 ? 'Working orders, must be 0 but stops' : 'Working orders, must be 0'}
        value={unknown && workingOrders === 0 ? '?' : formatCount(workingOrders)}
        detail={
          <Status kind={unknown ? 'unknown' : workingOrders - kept === 0 ? 'verified' : 'running'} detail={age}>
            {unknown
              ? 'Unknown'
              : workingOrders - kept === 0
                ? 'As reported'
                : `of ${formatCount(view.atStart.workingOrders)}`}
          </Status>
        }
      />
      <Stat
        label={isCritical ? 'Open positions, must be 0' : 'Open positions, stay'}
        value={unknown && positions === 0 ? '?' : formatCount(positions)}
        unit={
          <>
            of {formatCount(view.atStart.positions)} · <Money value={exposure} currency={currency} />
          </>
        }
        detail={
          isCritical ? (
            <Status kind={unknown ? 'unknown' : positions === 0 ? 'verified' : 'running'} detail={age}>
              {unknown ? 'Unknown' : positions === 0 ? 'Flat' : 'Closing'}
            </Status>
          ) : (
            <span className="text-ink-3">not closed at this severity</span>
          )
        }
      />
      <Stat
        label="No answer or failed"
        value={formatCount(open)}
        unit={open === 1 ? 'system' : 'systems'}
        detail={
          open > 0 ? (
            <Status kind="critical" className="phone:whitespace-normal">
              {view.state === 'partial' ? 'Stop them at their consoles' : 'Will end partial unless answered'}
            </Status>
          ) : (
            <Status kind="passed">All answer</Status>
          )
        }
      />
    </Columns>
  );
}

function ResumeState({ view }: { view: EmergencyView }) {
  const { approvals, stillNeeded } = view.resume;
  if (view.state === 'running' && approvals.length === 0) return null;
  return (
    <Region
      title={view.resumedAt ? 'Resumed by' : 'To resume'}
      end={view.resumedAt ? <Time at={view.resumedAt} /> : 'two people'}
    >
      <ul className="grid gap-1.5">
        {approvals.map((approval) => (
          <li key={approval.name} className="flex flex-wrap justify-between gap-2">
            <Status kind={approval.counts ? 'signed' : 'voided'} detail={approval.role}>
              {approval.name}
            </Status>
            <span className="text-xs text-ink-3">
              <Time at={approval.at} seconds />
            </span>
          </li>
        ))}
        {stillNeeded && (
          <li>
            <Status kind="awaiting">Awaiting</Status> <span className="text-ink-2">{stillNeeded}</span>
          </li>
        )}
      </ul>
    </Region>
  );
}
