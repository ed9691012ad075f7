import type { Metadata } from 'next';
import { notFound } from 'next/navigation';
import { BacktestTable } from '@/components/evidence/backtest-table';
import { BacktestView } from '@/components/evidence/backtest-view';
import { EvidenceUpload } from '@/components/evidence/evidence-upload';
import { ButtonLink } from '@/components/ui/button';
import { Columns, PageHeader, Region } from '@/components/ui/page';
import { RegionBoundary } from '@/components/ui/region-boundary';
import { Facts } from '@/components/ui/stat';
import { Time } from '@/components/ui/time';
import { leaveFor } from '@/server/identity/permissions';
import { caller, Hydrate, prefetch, trpc } from '@/server/trpc/rsc';

type Props = {
  params: Promise<{ strategyId: string; releaseId: string }>;
  searchParams: Promise<{ backtest?: string | string[] }>;
};

const releaseOf = async (releaseId: string) => (await caller()).strategies.release({ releaseId }).catch(() => null);

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  const found = await releaseOf((await params).releaseId);
  return { title: found ? `${found.strategy.name} ${found.release.version}` : 'Release' };
}

export default async function ReleasePage({ params, searchParams }: Props) {
  const { strategyId, releaseId } = await params;
  const found = await releaseOf(releaseId);
  if (!found || found.strategy.id !== strategyId) notFound();
  const { release, strategy } = found;
  const api = await caller();
  const [{ grants }, backtests] = await Promise.all([api.identity.me(), api.evidence.ofRelease({ releaseId })]);
  const mayImport = leaveFor(grants, 'evidence.import', strategy.portfolioId) !== null;
  const wanted = (await searchParams).backtest;
  const selectedId = (
    backtests.find((one) => one.id === wanted) ??
    backtests.find((one) => one.standing === 'expectation') ??
    backtests[0]
  )?.id;
  await prefetch(
    trpc.evidence.ofRelease.queryOptions({ releaseId }),
    ...(selectedId ? [trpc.evidence.backtest.queryOptions({ backtestId: selectedId })] : []),
  );
  return (
    <Hydrate>
      <PageHeader
        title={`${strategy.name} ${release.version}`}
        actions={<ButtonLink href={`/strategies/${strategyId}`}>All releases</ButtonLink>}
      >
        <span>{strategy.portfolioName}</span>
        <span>
          Recorded by {release.createdByName} <Time at={release.createdAt} withDate />
        </span>
      </PageHeader>
      <Columns count={2}>
        <Region title="Identity" end={<span>Approvals bind to it; it never changes</span>}>
          <Facts
            items={[
              { name: 'Release', value: <span className="mono">{release.digest}</span> },
              { name: 'Artefact', value: <span className="mono">{release.artefactDigest}</span> },
              { name: 'Configuration', value: <span className="mono">{release.configDigest}</span> },
              ...(release.notes ? [{ name: 'Notes', value: release.notes }] : []),
            ]}
          />
        </Region>
        <Region title="Upload a backtest">
          <EvidenceUpload
            releaseId={releaseId}
            address={`/strategies/${strategyId}/releases/${releaseId}`}
            mayImport={mayImport}
          />
        </Region>
      </Columns>
      <Region title="Backtests" flush className="border-b border-line">
        <RegionBoundary label="Backtests" rows={3}>
          <BacktestTable
            releaseId={releaseId}
            selectedId={selectedId ?? null}
            address={`/strategies/${strategyId}/releases/${releaseId}`}
          />
        </RegionBoundary>
      </Region>
      {selectedId && (
        <RegionBoundary label="The backtest" rows={10}>
          <BacktestView
            key={selectedId}
            backtestId={selectedId}
            portfolioId={strategy.portfolioId}
            mayImport={mayImport}
            address={`/strategies/${strategyId}/releases/${releaseId}`}
          />
        </RegionBoundary>
      )}
    </Hydrate>
  );
}
