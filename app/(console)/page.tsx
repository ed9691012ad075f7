import type { Metadata } from 'next';
import { DayPnl, DayPnlHead } from '@/components/overview/day-pnl';
import { Figures } from '@/components/overview/figures';
import { FiringAlerts } from '@/components/overview/firing-alerts';
import { Freshness } from '@/components/overview/freshness';
import { LaunchesInFlight } from '@/components/overview/launches-in-flight';
import { MyActions } from '@/components/overview/my-actions';
import { NoPortfolio } from '@/components/overview/no-portfolio';
import { LimitCounts, LimitVersion } from '@/components/risk/limit-head';
import { LimitTable } from '@/components/risk/limit-table';
import { MainAndSide, Region, TextLink } from '@/components/ui/page';
import { RegionBoundary } from '@/components/ui/region-boundary';
import { chosenPortfolio } from '@/server/trpc/chosen-portfolio';
import { Hydrate, prefetch, trpc } from '@/server/trpc/rsc';

export const metadata: Metadata = { title: 'Overview' };

export default async function OverviewPage() {
  const portfolio = await chosenPortfolio();
  if (!portfolio) return <NoPortfolio title="Overview" />;
  const input = { portfolioId: portfolio.id };
  await prefetch(
    trpc.overview.summary.queryOptions(input),
    trpc.overview.dayPnl.queryOptions(input),
    trpc.overview.freshness.queryOptions(input),
    trpc.overview.myRiskActions.queryOptions(input),
    trpc.overview.myLaunchActions.queryOptions(input),
    trpc.risk.limits.queryOptions(input),
    trpc.alerts.list.queryOptions(input),
    trpc.launches.list.queryOptions(),
  );
  return (
    <Hydrate>
      <h1 className="sr-only">Overview of {portfolio.name}</h1>
      <RegionBoundary label="The four figures" rows={2}>
        <Figures portfolioId={portfolio.id} />
      </RegionBoundary>
      <MainAndSide
        main={
          <>
            <Region title="Launches in flight" end={<TextLink href="/launches">All launches</TextLink>} flush>
              <RegionBoundary label="Launches" rows={3}>
                <LaunchesInFlight portfolioId={portfolio.id} />
              </RegionBoundary>
            </Region>
            <Region
              title="Risk utilisation"
              tags={<LimitCounts portfolioId={portfolio.id} />}
              end={
                <>
                  <LimitVersion portfolioId={portfolio.id} />
                  <TextLink href="/risk">Risk</TextLink>
                </>
              }
              flush
            >
              <RegionBoundary label="Risk utilisation" rows={5}>
                <LimitTable portfolioId={portfolio.id} compact />
              </RegionBoundary>
            </Region>
            <Region title="Day P&L against the daily loss limit" end={<DayPnlHead portfolioId={portfolio.id} />}>
              <RegionBoundary label="Day P&L" rows={5}>
                <DayPnl portfolioId={portfolio.id} />
              </RegionBoundary>
            </Region>
          </>
        }
        side={
          <>
            <Region title="Needs your action" flush>
              <RegionBoundary label="Your actions" rows={3}>
                <MyActions portfolioId={portfolio.id} />
              </RegionBoundary>
            </Region>
            <Region title="Firing alerts" end={<TextLink href="/alerts">All alerts</TextLink>} flush>
              <RegionBoundary label="Alerts" rows={3}>
                <FiringAlerts portfolioId={portfolio.id} />
              </RegionBoundary>
            </Region>
            <Region title="Freshness" end={<span>age / maximum</span>} flush>
              <RegionBoundary label="Freshness" rows={4}>
                <Freshness portfolioId={portfolio.id} />
              </RegionBoundary>
            </Region>
          </>
        }
      />
    </Hydrate>
  );
}
