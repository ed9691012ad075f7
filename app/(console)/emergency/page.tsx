import type { Metadata } from 'next';
import { EmergencyList } from '@/components/emergency/emergency-list';
import { StartScreen } from '@/components/emergency/start-screen';
import { PageHeader, TextLink } from '@/components/ui/page';
import { RegionBoundary } from '@/components/ui/region-boundary';
import { EmptyState } from '@/components/ui/states';
import { chosenPortfolio } from '@/server/trpc/chosen-portfolio';
import { Hydrate, prefetch, trpc } from '@/server/trpc/rsc';

export const metadata: Metadata = { title: 'Emergency' };

type Search = Promise<Record<string, string | string[] | undefined>>;
const one = (value: string | string[] | undefined): string | null => (typeof value === 'string' ? value : null);

export default async function EmergencyPage({ searchParams }: { searchParams: Search }) {
  const [portfolio, search] = await Promise.all([chosenPortfolio(), searchParams]);
  if (!portfolio) {
    return (
      <>
        <PageHeader title="Emergency" />
        <EmptyState title="No portfolio yet: there is nothing to stop.">
          Create one in{' '}
          <TextLink href="/settings/portfolios" className="underline">
            Settings, Portfolios
          </TextLink>
          .
        </EmptyState>
      </>
    );
  }
  await prefetch(trpc.emergency.form.queryOptions({ portfolioId: portfolio.id }), trpc.emergency.list.queryOptions());
  const prefill = { scope: one(search.scope), id: one(search.id), reason: (one(search.reason) ?? '').slice(0, 500) };
  return (
    <Hydrate>
      <RegionBoundary label="Emergency" rows={8}>
        <StartScreen portfolioId={portfolio.id} prefill={prefill} />
      </RegionBoundary>
      <RegionBoundary label="Emergencies" rows={3}>
        <EmergencyList />
      </RegionBoundary>
    </Hydrate>
  );
}
