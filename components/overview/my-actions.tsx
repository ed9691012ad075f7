'use client';
import { useSuspenseQueries } from '@tanstack/react-query';
import type { MyActionView } from '@/server/risk/views/view';
import { useTRPC } from '../trpc';
import { ButtonLink } from '../ui/button';
import { List, ListRow } from '../ui/list';
import { AllWell } from '../ui/states';
import type { StatusKind } from '../ui/status';
import { Age } from '../ui/time';

const KIND: Record<MyActionView[number]['kind'], StatusKind> = {
  decision: 'high',
  approval: 'awaiting',
  signature: 'evidence',
  expiry: 'waived',
  lift: 'awaiting',
};

/** What waits for this person, breaches first, each with the one thing to press. */
export function MyActions({ portfolioId }: { portfolioId: string }) {
  const trpc = useTRPC();
  const [risk, launches] = useSuspenseQueries({
    queries: [
      trpc.overview.myRiskActions.queryOptions({ portfolioId }),
      trpc.overview.myLaunchActions.queryOptions({ portfolioId }),
    ],
  });
  const data = [...risk.data, ...launches.data];
  if (data.length === 0) {
    return (
      <div className="px-4 pb-3.5">
        <AllWell title="Nothing waits for you." />
      </div>
    );
  }
  return (
    <List label="Needs your action">
      {data.map((item) => (
        <ListRow
          key={item.key}
          kind={item.kind === 'decision' && item.severity ? item.severity : KIND[item.kind]}
          title={item.title}
          meta={item.meta}
          end={
            <>
              <ButtonLink size="sm" href={item.href}>
                {item.verb}
              </ButtonLink>
              <Age at={item.since} />
            </>
          }
        />
      ))}
    </List>
  );
}
