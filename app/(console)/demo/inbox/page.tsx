import type { Metadata } from 'next';
import { notFound } from 'next/navigation';
import { DemoTabs } from '@/components/demo/demo-tabs';
import { DemoMail } from '@/components/demo/inbox';
import { PageHeader } from '@/components/ui/page';
import { RegionBoundary } from '@/components/ui/region-boundary';
import { hasDemoInbox } from '@/server/notifications/channels/demo-inbox-reader';
import { Hydrate, prefetch, trpc } from '@/server/trpc/rsc';

export const metadata: Metadata = { title: 'Demo mail' };

export default async function DemoDemoMailPage() {
  if (!hasDemoInbox()) notFound();
  await prefetch(trpc.channels.demoInbox.queryOptions());
  return (
    <Hydrate>
      <PageHeader title="Demo mail">
        <span>
          What really arrived at the demo's own servers on this machine. It is not there in a real installation.
        </span>
      </PageHeader>
      <DemoTabs current="inbox" />
      <RegionBoundary label="Demo mail" rows={6}>
        <DemoMail />
      </RegionBoundary>
    </Hydrate>
  );
}
