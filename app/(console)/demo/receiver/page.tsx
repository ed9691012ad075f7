import type { Metadata } from 'next';
import { notFound } from 'next/navigation';
import { DemoTabs } from '@/components/demo/demo-tabs';
import { DemoHooks } from '@/components/demo/receiver';
import { PageHeader } from '@/components/ui/page';
import { RegionBoundary } from '@/components/ui/region-boundary';
import { hasDemoInbox } from '@/server/notifications/channels/demo-inbox-reader';
import { Hydrate, prefetch, trpc } from '@/server/trpc/rsc';

export const metadata: Metadata = { title: 'Demo webhooks' };

export default async function DemoDemoHooksPage() {
  if (!hasDemoInbox()) notFound();
  await prefetch(trpc.channels.demoInbox.queryOptions());
  return (
    <Hydrate>
      <PageHeader title="Demo webhooks">
        <span>
          What really arrived at the demo's own servers on this machine. It is not there in a real installation.
        </span>
      </PageHeader>
      <DemoTabs current="receiver" />
      <RegionBoundary label="Demo webhooks" rows={6}>
        <DemoHooks />
      </RegionBoundary>
    </Hydrate>
  );
}
