'use client';
import { useSuspenseQuery } from '@tanstack/react-query';
import type { EmergencySummary } from '@/server/emergency/view';
import { useTRPC } from '../trpc';
import { List, ListRow } from '../ui/list';
import { Region } from '../ui/page';
import { Time } from '../ui/time';
import { stateOf } from './words';

/** Emergencies that are open first, then the newest. */
export function EmergencyList() {
  const trpc = useTRPC();
  const { data } = useSuspenseQuery(trpc.emergency.list.queryOptions());
  if (data.length === 0) return null;
  const isOpen = (row: EmergencySummary) => row.resumedAt === null;
  const sorted = [...data].sort((a, b) => Number(isOpen(b)) - Number(isOpen(a)));
  return (
    <Region title="Emergencies and drills" flush>
      <List label="Emergencies">
        {sorted.map((row) => {
          const { kind, word, tone } = stateOf(row);
          return (
            <ListRow
              key={row.id}
              kind={kind}
              tone={tone}
              hot={isOpen(row) && !row.isDrill}
              href={`/emergency/${row.id}`}
              title={`${row.number} · ${row.scopeName}${row.isDrill ? ' · drill' : ''}`}
              meta={`${word} · ${row.severity} · ${row.reason} · ${row.startedBy}`}
              end={<Time at={row.startedAt} />}
            />
          );
        })}
      </List>
    </Region>
  );
}
