import type { Metadata } from 'next';
import { KeyTable } from '@/components/identity/key-table';
import { NewKey } from '@/components/identity/new-key';
import { Note } from '@/components/ui/note';
import { Columns, MainAndSide, PageHeader, Region } from '@/components/ui/page';
import { RegionBoundary } from '@/components/ui/region-boundary';
import { leaveFor, rolesThatMay } from '@/server/identity/permissions';
import { caller, Hydrate, prefetch, trpc } from '@/server/trpc/rsc';

export const metadata: Metadata = { title: 'API keys' };

export default async function KeysPage() {
  const { grants } = await (await caller()).identity.me();
  if (!leaveFor(grants, 'key.manage', undefined)) {
    return (
      <>
        <PageHeader title="API keys" />
        <Columns>
          <Region title="Not yours to see">
            <Note tone="off" title={`API keys are managed by ${rolesThatMay('key.manage')}.`}>
              Ask one of them for a key.
            </Note>
          </Region>
        </Columns>
      </>
    );
  }
  await prefetch(trpc.apiKeys.list.queryOptions());
  return (
    <Hydrate>
      <PageHeader title="API keys" />
      <MainAndSide
        sideLast
        main={
          <Region title="Keys" flush>
            <RegionBoundary label="API keys" rows={4}>
              <KeyTable />
            </RegionBoundary>
          </Region>
        }
        side={
          <Region title="New key">
            <NewKey />
          </Region>
        }
      />
    </Hydrate>
  );
}
