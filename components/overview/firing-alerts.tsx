'use client';
import { useSuspenseQuery } from '@tanstack/react-query';
import { useTRPC } from '../trpc';
import { List, ListRow } from '../ui/list';
import { AllWell } from '../ui/states';
import { STATUS } from '../ui/status';
import { Age, Time } from '../ui/time';

const SHOWN = 5;

/** The alerts that fire or were acknowledged, most urgent first; the rest is on their own page. */
export function FiringAlerts({ portfolioId }: { portfolioId: string }) {
  const trpc = useTRPC();
  const { data } = useSuspenseQuery(trpc.alerts.list.queryOptions({ portfolioId }));
  const open = data.items.filter((a) => a.state === 'firing' || a.state === 'acknowledged').slice(0, SHOWN);
  if (open.length === 0) {
    return (
      <div className="px-4 pb-3.5">
        <AllWell title="Nothing firing." />
      </div>
    );
  }
  return (
    <List label="Firing alerts">
      {open.map((alert) => (
        <ListRow
          key={alert.id}
          kind={alert.severity}
          hot={alert.state === 'firing' && alert.severity === 'critical'}
          title={alert.title}
          href={`/alerts/${alert.id}`}
          meta={
            <>
              <span className="font-medium text-(--s)">{STATUS[alert.severity].word}</span>
              {' · '}
              {alert.acknowledgedByName ? `Acknowledged by ${alert.acknowledgedByName}` : 'Not acknowledged'}
              {alert.acknowledgedUntil && (
                <>
                  {' until '}
                  <Time at={alert.acknowledgedUntil} />
                </>
              )}
            </>
          }
          end={<Age at={alert.firedAt} />}
        />
      ))}
    </List>
  );
}
