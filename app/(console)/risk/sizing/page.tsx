import type { Metadata } from 'next';
import { NoPortfolio } from '@/components/overview/no-portfolio';
import { SizingScreen } from '@/components/sizing/sizing-screen';
import { ButtonLink } from '@/components/ui/button';
import { PageHeader } from '@/components/ui/page';
import { chosenPortfolio } from '@/server/trpc/chosen-portfolio';
import { Hydrate, prefetch, trpc } from '@/server/trpc/rsc';

export const metadata: Metadata = { title: 'Sizing' };

export default async function SizingPage() {
  const portfolio = await chosenPortfolio();
  if (!portfolio) return <NoPortfolio title="Sizing" />;
  const input = { portfolioId: portfolio.id };
  await prefetch(
    trpc.sizing.choices.queryOptions(input),
    trpc.sizing.history.queryOptions(input),
    trpc.sizing.reservations.queryOptions(input),
    trpc.sizing.denials.queryOptions({ ...input, code: null }),
  );
  return (
    <Hydrate>
      <PageHeader title="Sizing" actions={<ButtonLink href="/risk">Limits now</ButtonLink>}>
        <span>Quarter of Kelly, at most 5 % of strategy capital, scaled to 2 % daily volatility</span>
        <span>Rounded down to the lot; what cannot be known is not sized</span>
      </PageHeader>
      <SizingScreen key={portfolio.id} portfolioId={portfolio.id} currency={portfolio.baseCurrency} />
    </Hydrate>
  );
}
