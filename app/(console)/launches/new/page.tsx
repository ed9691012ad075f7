import type { Metadata } from 'next';
import { NewLaunch } from '@/components/launch/new-launch';
import { Note } from '@/components/ui/note';
import { PageHeader, Region } from '@/components/ui/page';
import { RegionBoundary } from '@/components/ui/region-boundary';
import { leaveFor } from '@/server/identity/permissions';
import { caller, Hydrate, prefetch, trpc } from '@/server/trpc/rsc';

export const metadata: Metadata = { title: 'Open a launch' };

export default async function NewLaunchPage() {
  const { grants } = await (await caller()).identity.me();
  const may = leaveFor(grants, 'launch.edit', undefined) !== null;
  if (may) await prefetch(trpc.launches.choices.queryOptions(), trpc.checklist.template.queryOptions());
  return (
    <Hydrate>
      <PageHeader title="Open a launch">
        <span>One release goes live: checklist, four phases, approvals, capital in three tranches.</span>
      </PageHeader>
      <Region title="What goes live">
        {may ? (
          <RegionBoundary label="Open a launch" rows={5}>
            <NewLaunch />
          </RegionBoundary>
        ) : (
          <Note tone="off" title="An Engineer, Quant, Risk officer, Manager or Admin opens launches.">
            Your role reads them.
          </Note>
        )}
      </Region>
    </Hydrate>
  );
}
