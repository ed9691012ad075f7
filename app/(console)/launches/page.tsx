import type { Metadata } from 'next';
import { LaunchList } from '@/components/launch/launch-list';
import { ButtonLink } from '@/components/ui/button';
import { PageHeader, Region } from '@/components/ui/page';
import { RegionBoundary } from '@/components/ui/region-boundary';
import { leaveFor } from '@/server/identity/permissions';
import { caller, Hydrate, prefetch, trpc } from '@/server/trpc/rsc';

export const metadata: Metadata = { title: 'Launches' };

export default async function LaunchesPage() {
  const { grants } = await (await caller()).identity.me();
  await prefetch(trpc.launches.list.queryOptions());
  return (
    <Hydrate>
      <PageHeader
        title="Launches"
        actions={
          leaveFor(grants, 'launch.edit', undefined) && (
            <ButtonLink href="/launches/new" variant="primary">
              Open a launch
            </ButtonLink>
          )
        }
      />
      <Region title="All launches" flush>
        <RegionBoundary label="Launches" rows={4}>
          <LaunchList />
        </RegionBoundary>
      </Region>
    </Hydrate>
  );
}
