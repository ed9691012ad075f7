'use client';
import { useMutation, useSuspenseQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { leaveFor } from '@/server/identity/permissions';
import { closingBlocker } from '@/server/incidents/closing';
import { EmergencyTimeline } from '../emergency/emergency-timeline';
import { NotePanel } from '../emergency/note-panel';
import { wordsOf } from '../forms/server-error';
import { useMe } from '../shell/me';
import { useTRPC } from '../trpc';
import { Button } from '../ui/button';
import { Note } from '../ui/note';
import { MainAndSide, PageHeader, Region, TextLink } from '../ui/page';
import { RegionBoundary } from '../ui/region-boundary';
import { Tag } from '../ui/status';
import { Time } from '../ui/time';
import { FollowUps } from './follow-ups';
import { INCIDENT_STATE } from './incident-list';
import { Review } from './review';

/** What happened on one side; the review and what follows from it on the other. */
export function IncidentScreen({ incidentId }: { incidentId: string }) {
  const trpc = useTRPC();
  const me = useMe();
  const { data: incident } = useSuspenseQuery(trpc.incidents.byId.queryOptions({ incidentId }));
  const close = useMutation(trpc.incidents.close.mutationOptions());
  const [isNoting, setNoting] = useState(false);
  const { kind, word } = INCIDENT_STATE[incident.state];
  const blocker =
    closingBlocker(incident) ??
    (leaveFor(me.grants, 'incident.close', undefined)
      ? null
      : 'It takes a Risk officer, Manager or Board member to close a review.');
  const { emergencyId } = incident;
  return (
    <>
      <PageHeader
        title={incident.title}
        tags={
          <>
            <Tag kind={incident.severity === 'critical' ? 'critical' : 'high'}>
              {incident.severity === 'critical' ? 'Critical' : 'High'}
            </Tag>
            <Tag kind={kind}>{word}</Tag>
          </>
        }
        actions={
          incident.state !== 'closed' && (
            <Button
              sending={close.isPending}
              blocked={blocker ?? undefined}
              onClick={() => close.mutate({ incidentId })}
            >
              Close incident
            </Button>
          )
        }
      >
        <span>{incident.number}</span>
        {emergencyId && <TextLink href={`/emergency/${emergencyId}`}>Its emergency</TextLink>}
        <span>
          opened <Time at={incident.openedAt} withDate />
        </span>
        {incident.closedAt && (
          <span>
            closed <Time at={incident.closedAt} withDate />
          </span>
        )}
      </PageHeader>
      {close.error && (
        <Note tone="high" role="alert" title="Not closed">
          {wordsOf(close.error)}
        </Note>
      )}
      <MainAndSide
        sideWidth={504}
        sideLast
        main={
          <Region
            title="Timeline"
            end={
              emergencyId && (
                <Button size="sm" onClick={() => setNoting(true)}>
                  Add note
                </Button>
              )
            }
            flush
          >
            {emergencyId ? (
              <RegionBoundary label="Timeline" rows={8}>
                <EmergencyTimeline emergencyId={emergencyId} />
              </RegionBoundary>
            ) : (
              <p className="px-4 pb-3.5 text-ink-2">This incident has no emergency.</p>
            )}
          </Region>
        }
        side={
          <>
            <Review incident={incident} />
            <FollowUps incident={incident} />
          </>
        }
      />
      {isNoting && emergencyId && <NotePanel emergencyId={emergencyId} onClose={() => setNoting(false)} />}
    </>
  );
}
