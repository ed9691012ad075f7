import type { Metadata } from 'next';
import { notFound } from 'next/navigation';
import { IncidentScreen } from '@/components/incidents/incident-screen';
import { RegionBoundary } from '@/components/ui/region-boundary';
import { caller, Hydrate, prefetch, trpc } from '@/server/trpc/rsc';

type Props = { params: Promise<{ incidentId: string }> };

async function incidentOf(params: Props['params']) {
  const { incidentId } = await params;
  return (await caller()).incidents.byId({ incidentId }).catch(() => null);
}

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  const incident = await incidentOf(params);
  return { title: incident ? incident.number : 'Incident' };
}

export default async function IncidentPage({ params }: Props) {
  const incident = await incidentOf(params);
  if (!incident) notFound();
  const timeline = incident.emergencyId
    ? [trpc.emergency.timeline.queryOptions({ emergencyId: incident.emergencyId })]
    : [];
  await prefetch(trpc.incidents.byId.queryOptions({ incidentId: incident.id }), ...timeline);
  return (
    <Hydrate>
      <RegionBoundary label="Incident" rows={8}>
        <IncidentScreen incidentId={incident.id} />
      </RegionBoundary>
    </Hydrate>
  );
}
