import type { Metadata } from 'next';
import { notFound } from 'next/navigation';
import { LaunchApprovals } from '@/components/launch/launch-approvals';
import { LaunchGate } from '@/components/launch/launch-gate';
import { LaunchHead } from '@/components/launch/launch-head';
import { LaunchSoak } from '@/components/launch/launch-soak';
import { LaunchTimeline } from '@/components/launch/launch-timeline';
import { Runbook } from '@/components/launch/runbook';
import { MainAndSide } from '@/components/ui/page';
import { RegionBoundary } from '@/components/ui/region-boundary';
import { caller, Hydrate, prefetch, trpc } from '@/server/trpc/rsc';

type Props = { params: Promise<{ launchId: string }> };

const launchOf = async (launchId: string) => (await caller()).launches.page({ launchId }).catch(() => null);

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  const launch = await launchOf((await params).launchId);
  return { title: launch ? `${launch.number} ${launch.name} ${launch.version}` : 'Launch' };
}

export default async function LaunchPage({ params }: Props) {
  const { launchId } = await params;
  if (!(await launchOf(launchId))) notFound();
  await prefetch(trpc.launches.page.queryOptions({ launchId }), trpc.launches.timeline.queryOptions({ launchId }));
  return (
    <Hydrate>
      <RegionBoundary label="Launch" rows={4}>
        <LaunchHead launchId={launchId} />
      </RegionBoundary>
      <MainAndSide
        sideLast
        main={
          <>
            <RegionBoundary label="Soak" rows={2}>
              <LaunchSoak launchId={launchId} />
            </RegionBoundary>
            <RegionBoundary label="Gate" rows={5}>
              <LaunchGate launchId={launchId} />
            </RegionBoundary>
            <RegionBoundary label="Approvals" rows={3}>
              <LaunchApprovals launchId={launchId} />
            </RegionBoundary>
            <RegionBoundary label="Runbook" rows={6}>
              <Runbook launchId={launchId} />
            </RegionBoundary>
          </>
        }
        side={
          <RegionBoundary label="Timeline" rows={8}>
            <LaunchTimeline launchId={launchId} />
          </RegionBoundary>
        }
      />
    </Hydrate>
  );
}
