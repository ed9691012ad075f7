'use client';
import { useSuspenseQuery } from '@tanstack/react-query';
import { parseAsStringLiteral, useQueryState } from 'nuqs';
import { usePortfolioId } from '../shell/portfolio';
import { useTRPC } from '../trpc';
import { ButtonLink } from '../ui/button';
import { Seg } from '../ui/seg';
import { AllWell, EmptyState } from '../ui/states';
import { AlertRow } from './alert-row';

const VIEWS = ['open', 'mine', 'all'] as const;
type View = (typeof VIEWS)[number];

/** Every alert a person sees, what nobody has in hand first. */
export function AlertList({ selectedId }: { selectedId: string | null }) {
  const trpc = useTRPC();
  const portfolioId = usePortfolioId();
  const { items, counts, groups } = useSuspenseQuery(trpc.alerts.list.queryOptions({ portfolioId })).data;
  const [view, setView] = useQueryState('view', parseAsStringLiteral(VIEWS).withDefault('open'));
  const shown = items.filter((item) => {
    if (item.id === selectedId) return true;
    if (view === 'all') return true;
    return item.state !== 'resolved' && (view === 'open' || item.isMine);
  });
  return (
    <div>
      <div className="flex min-h-11 flex-wrap items-center gap-2 px-4 py-1.5">
        <Seg<View>
          label="Which alerts"
          value={view}
          onChange={(next) => void setView(next)}
          options={[
            { value: 'open', label: `Open ${counts.open}` },
            { value: 'mine', label: `Mine ${counts.mine}` },
            { value: 'all', label: 'All' },
          ]}
        />
        <div className="ml-auto flex items-center gap-2">
          {counts.silences > 0 && <span className="text-xs text-ink-3">{counts.silences} silenced</span>}
          <ButtonLink href="/settings/channels" size="sm">
            Test channels
          </ButtonLink>
        </div>
      </div>
      {shown.length === 0 ? (
        <div className="border-t border-line px-4 py-3">
          <Nothing view={view} />
        </div>
      ) : (
        <ul aria-label="Alerts" className="border-t border-line">
          {shown.map((alert) => (
            <AlertRow key={alert.id} alert={alert} selected={alert.id === selectedId} />
          ))}
        </ul>
      )}
      <p className="border-t border-line px-4 py-3 text-xs text-ink-3">
        {groups.map((group) => `${group.count} alerts are grouped under ${group.place}. `).join('')}
        An acknowledgement ends by itself and notifies again; it does not silence.
      </p>
    </div>
  );
}

function Nothing({ view }: { view: View }) {
  if (view === 'open')
    return <AllWell title="Nothing firing.">Alerts show here within a second of being raised.</AllWell>;
  return view === 'mine' ? (
    <EmptyState title="You have none in hand.">What you acknowledge shows here until it is resolved.</EmptyState>
  ) : (
    <EmptyState title="No alert yet.">Breached limits, failed probes and lost channels raise one.</EmptyState>
  );
}
