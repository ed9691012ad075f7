import type { Metadata } from 'next';
import { ReportsScreen } from '@/components/reports/reports-screen';
import { RegionBoundary } from '@/components/ui/region-boundary';
import { chosenPortfolio } from '@/server/trpc/chosen-portfolio';
import { Hydrate, prefetch, trpc } from '@/server/trpc/rsc';

export const metadata: Metadata = { title: 'Reports' };

export default async function ReportsPage() {
  const portfolio = await chosenPortfolio();
  await prefetch(trpc.reports.list.queryOptions({ portfolioId: portfolio?.id ?? null }));
  return (
    <Hydrate>
      <RegionBoundary label="Reports" rows={8}>
        <ReportsScreen />
      </RegionBoundary>
    </Hydrate>
  );
}
