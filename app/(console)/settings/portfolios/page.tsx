import type { Metadata } from 'next';
import { Accounts } from '@/components/portfolios/accounts';
import { CalendarDays } from '@/components/portfolios/calendar-days';
import { NewPortfolio } from '@/components/portfolios/new-portfolio';
import { PortfolioTable } from '@/components/portfolios/portfolio-table';
import { Note } from '@/components/ui/note';
import { MainAndSide, PageHeader, Region } from '@/components/ui/page';
import { RegionBoundary } from '@/components/ui/region-boundary';
import { leaveFor } from '@/server/identity/permissions';
import { caller, Hydrate, prefetch, trpc } from '@/server/trpc/rsc';

export const metadata: Metadata = { title: 'Portfolios' };

export default async function PortfoliosPage() {
  const { grants } = await (await caller()).identity.me();
  const mayCreate = leaveFor(grants, 'portfolio.manage', null) !== null;
  await prefetch(
    trpc.portfolios.list.queryOptions(),
    trpc.portfolios.calendars.queryOptions(),
    trpc.portfolios.calendarDays.queryOptions(),
  );
  return (
    <Hydrate>
      <PageHeader title="Portfolios" />
      <MainAndSide
        sideWidth={376}
        sideLast
        main={
          <>
            <Region title="Portfolios" flush>
              <RegionBoundary label="Portfolios" rows={3}>
                <PortfolioTable />
              </RegionBoundary>
            </Region>
            <Region title="Accounts">
              <RegionBoundary label="Accounts" rows={1}>
                <Accounts />
              </RegionBoundary>
            </Region>
            <Region title="Trading calendars" id="calendars">
              <RegionBoundary label="Trading calendars" rows={4}>
                <CalendarDays />
              </RegionBoundary>
            </Region>
          </>
        }
        side={
          <Region title="New portfolio" flush>
            {mayCreate ? (
              <RegionBoundary label="New portfolio" rows={6}>
                <NewPortfolio />
              </RegionBoundary>
            ) : (
              <div className="px-4 pb-3.5">
                <Note tone="off" title="An admin creates portfolios.">
                  Ask one; your role reads them here.
                </Note>
              </div>
            )}
          </Region>
        }
      />
    </Hydrate>
  );
}
