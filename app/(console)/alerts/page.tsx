import type { Metadata } from 'next';
import { AlertsScreen } from '@/components/alerts/alerts-screen';
import { chosenPortfolio } from '@/components/shell/chosen-portfolio';
import { Hydrate, prefetch, trpc } from '@/server/trpc/rsc';

export const metadata: Metadata = { title: 'Alerts' };

export default async function AlertsPage() {
  const portfolio = await chosenPortfolio();
  await prefetch(trpc.alerts.list.queryOptions({ portfolioId: portfolio?.id ?? null }));
  return (
    <Hydrate>
      <AlertsScreen selectedId={null} />
    </Hydrate>
  );
}
