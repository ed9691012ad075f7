import type { Metadata } from 'next';
import { IncidentList } from '@/components/incidents/incident-list';
import { PageHeader } from '@/components/ui/page';
import { RegionBoundary } from '@/components/ui/region-boundary';
import { Hydrate, prefetch, trpc } from '@/server/trpc/rsc';

export const metadata: Metadata = { title: 'Incidents' };

export default async function IncidentsPage() {
  await prefetch(trpc.incidents.list.queryOptions());
  return (
    <Hydrate>
      <PageHeader title="Incidents" />
      <section className="flex-1 bg-surface" aria-label="Incidents">
        <RegionBoundary label="Incidents" rows={6}>
          <IncidentList />
        </RegionBoundary>
      </section>
    </Hydrate>
  );
}
