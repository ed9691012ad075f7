'use client';
import { useSuspenseQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { ReconciliationView } from '@/server/risk/views/view';
import { useTRPC } from '../trpc';
import { Button } from '../ui/button';
import { formatNumber, formatPercent } from '../ui/format';
import { Status } from '../ui/status';
import { Time } from '../ui/time';
import { AcceptDifferencePanel } from './accept-difference-panel';

const WORDS: Record<ReconciliationView['kind'], { kind: 'passed' | 'breached' | 'unknown'; word: string }> = {
  agrees: { kind: 'passed', word: 'Agrees' },
  differs: { kind: 'breached', word: 'Differs' },
  unknown: { kind: 'unknown', word: 'Unknown' },
};

/** Whether equity changed by what the strategies state, and the way out of a difference nobody can explain. */
export function Reconciliation({ portfolioId }: { portfolioId: string }) {
  const trpc = useTRPC();
  const { data } = useSuspenseQuery(trpc.risk.reconciliation.queryOptions({ portfolioId }));
  const [accepts, setAccepts] = useState(false);
  const { kind, word } = WORDS[data.kind];
  return (
    <div className="grid gap-2">
      <Status kind={kind} detail={data.share === null ? undefined : `${formatPercent(data.share)} of equity`}>
        {word}
      </Status>
      {data.kind === 'unknown' ? (
        <p className="text-xs text-ink-2">
          The strategies have not stated their P&L in the snapshots. What trades is not promoted until they do.
        </p>
      ) : (
        <dl className="grid grid-cols-[1fr_auto] gap-x-3 text-xs">
          <Figure name="Change of equity, flows aside" value={data.equityChange} currency={data.currency} />
          <Figure name="P&L of the strategies" value={data.componentPnl} currency={data.currency} />
          <Figure name="Difference" value={data.difference} currency={data.currency} />
          <dt className="text-ink-3">Since both agreed</dt>
          <dd>{data.since && <Time at={data.since} withDate />}</dd>
        </dl>
      )}
      {data.kind === 'differs' && data.contentHash && (
        <div>
          <p className="mb-2 text-xs text-ink-2">
            No tranche is promoted until they agree to 0.10 % of equity. The next sessions do not clear it.
          </p>
          <Button size="sm" onClick={() => setAccepts(true)}>
            Accept difference…
          </Button>
        </div>
      )}
      {accepts && data.contentHash && data.acceptUpTo && (
        <AcceptDifferencePanel
          portfolioId={portfolioId}
          contentHash={data.contentHash}
          upTo={data.acceptUpTo}
          amount={formatNumber(data.difference)}
          currency={data.currency}
          onClose={() => setAccepts(false)}
        />
      )}
    </div>
  );
}

function Figure({ name, value, currency }: { name: string; value: string | null; currency: string }) {
  return (
    <>
      <dt className="text-ink-3">{name}</dt>
      <dd className="text-right tabular-nums">
        {formatNumber(value)} {currency}
      </dd>
    </>
  );
}
