'use client';
import { useSuspenseQuery } from '@tanstack/react-query';
import { useTRPC } from '../trpc';
import { ButtonLink } from '../ui/button';
import { List, ListRow } from '../ui/list';
import { EmptyState } from '../ui/states';
import type { StatusKind } from '../ui/status';
import { Time } from '../ui/time';

export const INCIDENT_STATE: Record<'open' | 'in-review' | 'closed', { kind: StatusKind; word: string }> = {
  open: { kind: 'critical', word: 'Open' },
  'in-review': { kind: 'running', word: 'In review' },
  closed: { kind: 'closed', word: 'Closed' },
};

/** Every incident, newest first. */
export function IncidentList() {
  const trpc = useTRPC();
  const { data } = useSuspenseQuery(trpc.incidents.list.queryOptions());
  if (data.length === 0) {
    return (
      <div className="p-4">
        <EmptyState title="No incident yet." action={<ButtonLink href="/emergency">Rehearse with a drill</ButtonLink>}>
          Each emergency and each drill opens one: its timeline, its review and what is to be done so that it does not
          happen again.
        </EmptyState>
      </div>
    );
  }
  return (
    <List label="Incidents">
      {data.map((incident) => {
        const { kind, word } = INCIDENT_STATE[incident.state];
        const open = incident.followUps.filter((item) => item.doneAt === null).length;
        return (
          <ListRow
            key={incident.id}
            kind={kind}
            href={`/incidents/${incident.id}`}
            title={`${incident.number} · ${incident.title}`}
            meta={`${word} · ${incident.severity === 'critical' ? 'Critical' : 'High'}${open > 0 ? ` · ${open} follow-up${open === 1 ? '' : 's'} open` : ''}`}
            end={<Time at={incident.openedAt} />}
          />
        );
      })}
    </List>
  );
}
