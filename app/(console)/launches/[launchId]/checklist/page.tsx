import type { Metadata } from 'next';
import { notFound } from 'next/navigation';
import { ChecklistScreen } from '@/components/checklist/checklist-screen';
import { PageHeader, TextLink } from '@/components/ui/page';
import { RegionBoundary } from '@/components/ui/region-boundary';
import { caller, Hydrate, prefetch, trpc } from '@/server/trpc/rsc';

type Props = { params: Promise<{ launchId: string }> };

const checklistOf = async (launchId: string) => (await caller()).checklist.page({ launchId }).catch(() => null);

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  const page = await checklistOf((await params).launchId);
  return { title: page ? `Checklist of ${page.number}` : 'Checklist' };
}

export default async function ChecklistPage({ params }: Props) {
  const { launchId } = await params;
  const page = await checklistOf(launchId);
  if (!page) notFound();
  await prefetch(trpc.checklist.page.queryOptions({ launchId }));
  return (
    <Hydrate>
      <PageHeader title={`Checklist of ${page.name} ${page.version}`}>
        <TextLink href={`/launches/${launchId}`}>{page.number}</TextLink>
        <span>A sign-off is bound to the hash of the item and its evidence; any later change voids it.</span>
      </PageHeader>
      <RegionBoundary label="Checklist" rows={12}>
        <ChecklistScreen launchId={launchId} />
      </RegionBoundary>
    </Hydrate>
  );
}
