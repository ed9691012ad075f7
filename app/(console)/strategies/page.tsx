import type { Metadata } from 'next';
import { RegisterStrategy } from '@/components/strategies/register-strategy';
import { StrategyTable } from '@/components/strategies/strategy-table';
import { Note } from '@/components/ui/note';
import { MainAndSide, PageHeader, Region } from '@/components/ui/page';
import { RegionBoundary } from '@/components/ui/region-boundary';
import { leaveFor } from '@/server/identity/permissions';
import { caller, Hydrate, prefetch, trpc } from '@/server/trpc/rsc';

export const metadata: Metadata = { title: 'Strategies' };

export default async function StrategiesPage() {
  const { grants } = await (await caller()).identity.me();
  const mayRegister = leaveFor(grants, 'strategy.edit', undefined) !== null;
  await prefetch(trpc.strategies.list.queryOptions(), trpc.strategies.engines.queryOptions());
  return (
    <Hydrate>
      <PageHeader title="Strategies" />
      <MainAndSide
        sideLast
        main={
          <Region title="Registered strategies" flush>
            <RegionBoundary label="Strategies" rows={4}>
              <StrategyTable />
            </RegionBoundary>
          </Region>
        }
        side={
          <Region title="Register a strategy">
            {mayRegister ? (
              <RegionBoundary label="Register a strategy" rows={6}>
                <RegisterStrategy />
              </RegionBoundary>
            ) : (
              <Note tone="off" title="A Quant or an Engineer registers strategies.">
                Your role reads them here.
              </Note>
            )}
          </Region>
        }
      />
    </Hydrate>
  );
}
