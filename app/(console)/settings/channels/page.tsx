import type { Metadata } from 'next';
import { ChannelsScreen } from '@/components/channels/channels-screen';
import { RegionBoundary } from '@/components/ui/region-boundary';
import { leaveFor } from '@/server/identity/permissions';
import { caller, Hydrate, prefetch, trpc } from '@/server/trpc/rsc';

export const metadata: Metadata = { title: 'Channels' };

export default async function ChannelsPage() {
  const { grants } = await (await caller()).identity.me();
  await prefetch(trpc.channels.list.queryOptions());
  return (
    <Hydrate>
      <RegionBoundary label="Channels" rows={6}>
        <ChannelsScreen mayManage={leaveFor(grants, 'channel.manage', null) === 'alone'} />
      </RegionBoundary>
    </Hydrate>
  );
}
