'use client';
import { useSuspenseQuery } from '@tanstack/react-query';
import { usePortfolioId } from '../shell/portfolio';
import { useTRPC } from '../trpc';
import { cx } from '../ui/cx';
import { RegionBoundary } from '../ui/region-boundary';
import { AllWell } from '../ui/states';
import { AlertDetail } from './alert-detail';
import { AlertKeys } from './alert-keys';
import { AlertList } from './alert-list';

/** List and detail side by side at the desk; one at a time below, by the address. */
export function AlertsScreen({ selectedId }: { selectedId: string | null }) {
  return (
    <div className="grid flex-1 gap-px bg-line desk:grid-cols-[minmax(0,1fr)_504px] [&>*]:min-w-0 [&>*]:bg-surface">
      <section className={cx(selectedId && 'hidden desk:block')} aria-label="List">
        {selectedId ? (
          <h2 className="sr-only">Alerts</h2>
        ) : (
          <h1 className="px-4 pt-3 text-xl font-semibold tracking-[-0.015em]">Alerts</h1>
        )}
        <RegionBoundary label="Alerts" rows={8}>
          <AlertList selectedId={selectedId} />
          <AlertKeys selectedId={selectedId} />
        </RegionBoundary>
      </section>
      <section className={cx(!selectedId && 'hidden desk:block')} aria-label="Alert">
        <RegionBoundary label="Alert" rows={8}>
          {selectedId ? <AlertDetail id={selectedId} heading="h1" /> : <MostUrgent />}
        </RegionBoundary>
      </section>
    </div>
  );
}

function MostUrgent() {
  const trpc = useTRPC();
  const portfolioId = usePortfolioId();
  const { items } = useSuspenseQuery(trpc.alerts.list.queryOptions({ portfolioId })).data;
  const first = items.find((item) => item.state !== 'resolved');
  return first ? (
    <AlertDetail id={first.id} />
  ) : (
    <div className="p-4">
      <AllWell title="No alert is open." />
    </div>
  );
}
