import type { Metadata } from 'next';
import { RegisterTable } from '@/components/instruments/register-table';
import { WaitingCorrections } from '@/components/instruments/waiting-corrections';
import { NoPortfolio } from '@/components/overview/no-portfolio';
import { MainAndSide, PageHeader, Region } from '@/components/ui/page';
import { RegionBoundary } from '@/components/ui/region-boundary';
import { chosenPortfolio } from '@/server/trpc/chosen-portfolio';
import { Hydrate, prefetch, trpc } from '@/server/trpc/rsc';

export const metadata: Metadata = { title: 'Instruments' };

export default async function InstrumentsPage() {
  const portfolio = await chosenPortfolio();
  if (!portfolio) return <NoPortfolio title="Instruments" />;
  const { id: portfolioId, name, baseCurrency } = portfolio;
  await prefetch(trpc.instruments.waiting.queryOptions({ portfolioId }));
  return (
    <Hydrate>
      <PageHeader title="Instruments">
        <span>Registered in {name}</span>
        <span>Orders, sizes and margin count with these figures</span>
      </PageHeader>
      <MainAndSide
        main={
          <Region title="Register" flush>
            <RegisterTable portfolioId={portfolioId} currency={baseCurrency} />
          </Region>
        }
        side={
          <Region title="Corrections that wait" id="waiting">
            <RegionBoundary label="Corrections that wait" rows={2}>
              <WaitingCorrections portfolioId={portfolioId} />
            </RegionBoundary>
          </Region>
        }
      />
    </Hydrate>
  );
}
