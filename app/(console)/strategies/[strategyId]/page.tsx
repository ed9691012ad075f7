import type { Metadata } from 'next';
import { notFound } from 'next/navigation';
import { NewRelease } from '@/components/strategies/new-release';
import { ReleaseTable } from '@/components/strategies/release-table';
import { StrategyFacts } from '@/components/strategies/strategy-facts';
import { Note } from '@/components/ui/note';
import { MainAndSide, PageHeader, Region } from '@/components/ui/page';
import { RegionBoundary } from '@/components/ui/region-boundary';
import { leaveFor } from '@/server/identity/permissions';
import { caller, Hydrate, prefetch, trpc } from '@/server/trpc/rsc';

type Props = { params: Promise<{ strategyId: string }> };

const strategyOf = async (strategyId: string) => (await caller()).strategies.byId({ strategyId }).catch(() => null);

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  const strategy = await strategyOf((await params).strategyId);
  return { title: strategy?.name ?? 'Strategy' };
}

export default async function StrategyPage({ params }: Props) {
  const { strategyId } = await params;
  const strategy = await strategyOf(strategyId);
  if (!strategy) notFound();
  const { grants } = await (await caller()).identity.me();
  const mayEdit = leaveFor(grants, 'strategy.edit', strategy.portfolioId) !== null;
  await prefetch(
    trpc.strategies.byId.queryOptions({ strategyId }),
    trpc.strategies.releases.queryOptions({ strategyId }),
    trpc.strategies.engines.queryOptions(),
  );
  return (
    <Hydrate>
      <PageHeader title={strategy.name}>
        <span>{strategy.portfolioName}</span>
        <span>
          At the engine <span className="mono">{strategy.engineRef}</span>
        </span>
      </PageHeader>
      <MainAndSide
        sideLast
        main={
          <Region title="Releases" flush end={<span>A release never changes; a correction is a new version</span>}>
            <RegionBoundary label="Releases" rows={4}>
              <ReleaseTable strategyId={strategyId} mayEdit={mayEdit} />
            </RegionBoundary>
          </Region>
        }
        side={
          <>
            <Region title="Strategy">
              <RegionBoundary label="Strategy" rows={4}>
                <StrategyFacts strategyId={strategyId} mayEdit={mayEdit} />
              </RegionBoundary>
            </Region>
            <Region title="New release" id="new-release">
              {mayEdit ? (
                <NewRelease strategyId={strategyId} />
              ) : (
                <Note tone="off" title="A Quant or an Engineer records releases.">
                  Your role reads them here.
                </Note>
              )}
            </Region>
          </>
        }
      />
    </Hydrate>
  );
}
