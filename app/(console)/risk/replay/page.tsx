import type { Metadata } from 'next';
import { ReplayScreen } from '@/components/replay/replay-screen';
import { ButtonLink } from '@/components/ui/button';
import { PageHeader, Region, TextLink } from '@/components/ui/page';
import { RegionBoundary } from '@/components/ui/region-boundary';
import { EmptyState } from '@/components/ui/states';
import { chosenPortfolio } from '@/server/trpc/chosen-portfolio';
import { caller, Hydrate, prefetch, trpc } from '@/server/trpc/rsc';

export const metadata: Metadata = { title: 'Limit replay' };

export default async function ReplayPage() {
  const portfolio = await chosenPortfolio();
  if (!portfolio)
    return (
      <>
        <PageHeader title="Limit replay" />
        <Region title="History">
          <EmptyState
            title="There is no portfolio yet."
            action={<TextLink href="/settings/portfolios">Portfolios</TextLink>}
          >
            An admin creates the first one; limits are replayed over its histories.
          </EmptyState>
        </Region>
      </>
    );
  const portfolioId = portfolio.id;
  const [first] = await (await caller()).evidence.histories({ portfolioId });
  await prefetch(
    trpc.evidence.histories.queryOptions({ portfolioId }),
    trpc.risk.replaySets.queryOptions({ portfolioId }),
    ...(first ? [trpc.evidence.history.queryOptions({ portfolioId, id: first.id })] : []),
  );
  return (
    <Hydrate>
      <PageHeader title="Limit replay" actions={<ButtonLink href="/risk">Limits now</ButtonLink>}>
        <span>Hard limits over daily closes, without confirmation; exactly at a limit is no breach</span>
        <span>A daily loss halts at its limit, a drawdown at 125 % of it</span>
        <span>A strategy is replayed under its own drawdown limit</span>
      </PageHeader>
      <RegionBoundary label="The replay" rows={10}>
        <ReplayScreen key={portfolio.id} portfolioId={portfolio.id} />
      </RegionBoundary>
    </Hydrate>
  );
}
