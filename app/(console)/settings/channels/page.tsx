import type { Metadata } from 'next';
import { ChannelsScreen } from '@/components/channels/channels-screen';
import { RegionBoundary } from '@/components/ui/region-boundary';
import { leaveFor } from '@/server/identity/permissions';
import { caller, Hydrate, prefetch, trpc } from '@/server/trpc/rsc';

export const metadata: Metadata = { title: 'Channels' };

export default async function ChannelsPage() {
  const api = await caller();
  const [{ grants }, [first]] = await Promise.all([api.identity.me(), api.channels.list()]);
  await prefetch(
    trpc.channels.list.queryOptions(),
    ...(first ? [trpc.channels.deliveries.queryOptions({ id: first.id })] : []),
  );
  return (
    <Hydrate>
      <RegionBoundary label="Channels" rows={6}>
        <ChannelsScreen mayManage={leaveFor(grants, 'channel.manage', undefined) === 'alone'} />
      </RegionBoundary>
    </Hydrate>
  );
}
