import type { Metadata } from 'next';
import { EnginesScreen } from '@/components/engines/engines-screen';
import { RegionBoundary } from '@/components/ui/region-boundary';
import { leaveFor } from '@/server/identity/permissions';
import { caller, Hydrate, prefetch, trpc } from '@/server/trpc/rsc';

export const metadata: Metadata = { title: 'Engines' };

export default async function EnginesPage() {
  const { grants } = await (await caller()).identity.me();
  const leave = leaveFor(grants, 'engine.manage', undefined);
  await prefetch(trpc.engines.list.queryOptions(), trpc.engines.commands.queryOptions());
  return (
    <Hydrate>
      <RegionBoundary label="Engines" rows={6}>
        <EnginesScreen
          mayManage={leave === 'alone'}
          mayApprove={leave === 'one-of-two'}
          isDemo={process.env.GOING_LIVE_DEMO === '1'}
        />
      </RegionBoundary>
    </Hydrate>
  );
}
