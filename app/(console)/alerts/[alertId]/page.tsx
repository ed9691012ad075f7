import type { Metadata } from 'next';
import { notFound } from 'next/navigation';
import { AlertsScreen } from '@/components/alerts/alerts-screen';
import { chosenPortfolio } from '@/server/trpc/chosen-portfolio';
import { caller, Hydrate, prefetch, trpc } from '@/server/trpc/rsc';

type Props = { params: Promise<{ alertId: string }> };

async function alertOf(params: Props['params']) {
  const { alertId } = await params;
  return (await caller()).alerts.byId({ id: alertId }).catch(() => null);
}

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  const alert = await alertOf(params);
  return { title: alert ? alert.number : 'Alert' };
}

export default async function AlertPage({ params }: Props) {
  const alert = await alertOf(params);
  if (!alert) notFound();
  const portfolio = await chosenPortfolio();
  await prefetch(
    trpc.alerts.list.queryOptions({ portfolioId: portfolio?.id ?? null }),
    trpc.alerts.byId.queryOptions({ id: alert.id }),
  );
  return (
    <Hydrate>
      <AlertsScreen selectedId={alert.id} />
    </Hydrate>
  );
}
