import type { Metadata } from 'next';
import { AlertsScreen } from '@/components/alerts/alerts-screen';
import { chosenPortfolio } from '@/server/trpc/chosen-portfolio';
import { caller, Hydrate, prefetch, trpc } from '@/server/trpc/rsc';

export const metadata: Metadata = { title: 'Alerts' };

export default async function AlertsPage() {
  const portfolioId = (await chosenPortfolio())?.id ?? null;
  const { items } = await (await caller()).alerts.list({ portfolioId });
  const first = items.find((item) => item.state !== 'resolved');
  await prefetch(
    trpc.alerts.list.queryOptions({ portfolioId }),
    ...(first ? [trpc.alerts.byId.queryOptions({ id: first.id })] : []),
  );
  return (
    <Hydrate>
      <AlertsScreen selectedId={null} />
    </Hydrate>
  );
}
