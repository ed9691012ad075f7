import type { Metadata } from 'next';
import { ReportsScreen } from '@/components/reports/reports-screen';
import { chosenPortfolio } from '@/components/shell/chosen-portfolio';
import { RegionBoundary } from '@/components/ui/region-boundary';
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
