import type { Metadata } from 'next';
import { NoPortfolio } from '@/components/overview/no-portfolio';
import { BreachCard } from '@/components/risk/breach-card';
import { CashFlows } from '@/components/risk/cash-flows';
import { CorrelationMap } from '@/components/risk/correlation-map';
import { EpisodeList } from '@/components/risk/episode-list';
import { EquityChart } from '@/components/risk/equity-chart';
import { Latches } from '@/components/risk/latches';
import { Leverage } from '@/components/risk/leverage';
import { LimitCounts, LimitVersion } from '@/components/risk/limit-head';
import { LimitTable } from '@/components/risk/limit-table';
import { LimitVersions } from '@/components/risk/limit-versions';
import { Reconciliation } from '@/components/risk/reconciliation';
import { MainAndSide, PageHeader, Region } from '@/components/ui/page';
import { RegionBoundary } from '@/components/ui/region-boundary';
import { chosenPortfolio } from '@/server/trpc/chosen-portfolio';
import { Hydrate, prefetch, trpc } from '@/server/trpc/rsc';

export const metadata: Metadata = { title: 'Risk' };

export default async function RiskPage() {
  const portfolio = await chosenPortfolio();
  if (!portfolio) return <NoPortfolio title="Risk" />;
  const input = { portfolioId: portfolio.id };
  await prefetch(
    trpc.risk.limits.queryOptions(input),
    trpc.risk.episodes.queryOptions(input),
    trpc.risk.latches.queryOptions(input),
    trpc.risk.versions.queryOptions(input),
    trpc.risk.correlation.queryOptions(input),
    trpc.risk.reconciliation.queryOptions(input),
    trpc.leverage.view.queryOptions(input),
    trpc.cashFlows.view.queryOptions(input),
    trpc.risk.series.queryOptions({ ...input, range: '6m' }),
  );
  return (
    <Hydrate>
      <PageHeader title="Risk">
        <LimitVersion portfolioId={portfolio.id} />
      </PageHeader>
      <MainAndSide
        main={
          <>
            <EquityChart portfolioId={portfolio.id} />
            <Region title="Limits" tags={<LimitCounts portfolioId={portfolio.id} />} flush>
              <RegionBoundary label="Limits" rows={6}>
                <LimitTable portfolioId={portfolio.id} />
              </RegionBoundary>
            </Region>
            <Region title="Limit versions" id="versions">
              <RegionBoundary label="Limit versions" rows={3}>
                <LimitVersions portfolioId={portfolio.id} />
              </RegionBoundary>
            </Region>
            <Region title="Leverage" id="leverage">
              <RegionBoundary label="Leverage" rows={2}>
                <Leverage portfolioId={portfolio.id} />
              </RegionBoundary>
            </Region>
            <Region title="Cash flows by hand" id="cash-flows">
              <RegionBoundary label="Cash flows by hand" rows={2}>
                <CashFlows portfolioId={portfolio.id} />
              </RegionBoundary>
            </Region>
          </>
        }
        side={
          <>
            <RegionBoundary label="The breach" rows={4}>
              <BreachCard portfolioId={portfolio.id} />
            </RegionBoundary>
            <Region title="Restrictions of trading" id="restrictions">
              <RegionBoundary label="Restrictions" rows={2}>
                <Latches portfolioId={portfolio.id} />
              </RegionBoundary>
            </Region>
            <Region title="Episodes" end={<span>6 months</span>} flush>
              <RegionBoundary label="Episodes" rows={4}>
                <EpisodeList portfolioId={portfolio.id} />
              </RegionBoundary>
            </Region>
            <Region title="Reconciliation" end={<span>equity and P&L, 0.10 %</span>}>
              <RegionBoundary label="Reconciliation" rows={3}>
                <Reconciliation portfolioId={portfolio.id} />
              </RegionBoundary>
            </Region>
            <Region title="Correlation" end={<span>Pearson, daily, 60 d</span>}>
              <RegionBoundary label="Correlation" rows={4}>
                <CorrelationMap portfolioId={portfolio.id} />
              </RegionBoundary>
            </Region>
          </>
        }
      />
    </Hydrate>
  );
}
