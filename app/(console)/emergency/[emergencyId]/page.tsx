import type { Metadata } from 'next';
import { notFound } from 'next/navigation';
import { RunningScreen } from '@/components/emergency/running-screen';
import { RegionBoundary } from '@/components/ui/region-boundary';
import { caller, Hydrate, prefetch, trpc } from '@/server/trpc/rsc';

type Props = { params: Promise<{ emergencyId: string }> };

async function emergencyOf(params: Props['params']) {
  const { emergencyId } = await params;
  return (await caller()).emergency.byId({ emergencyId }).catch(() => null);
}

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  const emergency = await emergencyOf(params);
  return { title: emergency ? emergency.number : 'Emergency' };
}

export default async function RunningEmergencyPage({ params }: Props) {
  const emergency = await emergencyOf(params);
  if (!emergency) notFound();
  const emergencyId = emergency.id;
  await prefetch(
    trpc.emergency.byId.queryOptions({ emergencyId }),
    trpc.emergency.timeline.queryOptions({ emergencyId }),
  );
  return (
    <Hydrate>
      <RegionBoundary label="Emergency" rows={10}>
        <RunningScreen emergencyId={emergencyId} />
      </RegionBoundary>
    </Hydrate>
  );
}
