'use client';
import { useSuspenseQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { leaveFor } from '@/server/identity/permissions';
import type { LeverageView } from '@/server/risk/views/leverage-view-store';
import { useMe } from '../shell/me';
import { useTRPC } from '../trpc';
import { Button } from '../ui/button';
import { formatPercent } from '../ui/format';
import { EmptyState } from '../ui/states';
import { Status, type StatusKind } from '../ui/status';
import { Time } from '../ui/time';
import { ApproveLeveragePanel, EndLeveragePanel, ProposeLeveragePanel } from './leverage-panels';

export type LeverageRow = LeverageView['rows'][number];

const STATUS_OF: Record<LeverageRow['state'], { kind: StatusKind; word: string }> = {
  'in-force': { kind: 'passed', word: 'In force' },
  waiting: { kind: 'awaiting', word: 'Waits for a Risk officer and a Manager' },
  expired: { kind: 'expired', word: 'Ended' },
  lapsed: { kind: 'expired', word: 'Lapsed' },
  'turned-down': { kind: 'rejected', word: 'Turned down' },
  withdrawn: { kind: 'revoked', word: 'Withdrawn' },
};

/** How much of the equity may be allocated in all, and the leave of two people for more than 100 %. */
export function Leverage({ portfolioId }: { portfolioId: string }) {
  const trpc = useTRPC();
  const { data } = useSuspenseQuery(trpc.leverage.view.queryOptions({ portfolioId }));
  const { grants } = useMe();
  const [isOpen, setOpen] = useState(false);
  const [chosen, setChosen] = useState<{ id: string; does: 'approve' | 'end' } | null>(null);
  const leave = leaveFor(grants, 'limit.loosen', portfolioId);
  const row = data.rows.find((one) => one.id === chosen?.id && (one.state === 'waiting' || one.state === 'in-force'));
  const over = Number(data.allocated) > Number(data.maximum);
  const waits = data.rows.some((one) => one.state === 'waiting');
  return (
    <div className="grid gap-3">
      <Status
        kind={over ? 'breached' : 'within'}
        detail={`of at most ${formatPercent(data.maximum, { digits: 0 })} of equity`}
      >
        {formatPercent(data.allocated, { digits: 2 })} allocated
      </Status>
      {over && (
        <p className="text-xs text-ink-2">
          More is allocated than may be. Nothing is sold for it; no tranche is promoted until it fits again.
        </p>
      )}
      <div>
        <Button
          size="sm"
          onClick={() => setOpen(true)}
          blocked={
            leave === null
              ? 'Leverage is proposed by a Quant, Risk officer or Manager.'
              : waits
                ? 'A proposal waits already. It is decided on first.'
                : undefined
          }
        >
          Propose leverage…
        </Button>
      </div>
      {data.rows.length === 0 && (
        <EmptyState title="No leverage was ever proposed.">
          Allocations of this portfolio sum to at most 100 % of its equity.
        </EmptyState>
      )}
      <ul className="grid gap-3">
        {data.rows.map((one) => (
          <Row key={one.id} row={one} portfolioId={portfolioId} onChoose={(does) => setChosen({ id: one.id, does })} />
        ))}
      </ul>
      {isOpen && <ProposeLeveragePanel portfolioId={portfolioId} onClose={() => setOpen(false)} />}
      {row && chosen?.does === 'approve' && <ApproveLeveragePanel row={row} onClose={() => setChosen(null)} />}
      {row && chosen?.does === 'end' && <EndLeveragePanel row={row} onClose={() => setChosen(null)} />}
    </div>
  );
}

function Row({
  row,
  portfolioId,
  onChoose,
}: {
  row: LeverageRow;
  portfolioId: string;
  onChoose: (does: 'approve' | 'end') => void;
}) {
  const { id, grants } = useMe();
  const loosen = leaveFor(grants, 'limit.loosen', portfolioId);
  const status = STATUS_OF[row.state];
  const isOwn = row.proposedById === id;
  const mayEnd =
    row.state === 'waiting'
      ? loosen === 'one-of-two' || (isOwn && loosen !== null)
      : leaveFor(grants, 'limit.tighten', portfolioId) !== null;
  const hasSigned = row.approvals.some((a) => a.personId === id);
  return (
    <li className="border-t border-line pt-2.5 first:border-t-0">
      <div className="flex flex-wrap items-baseline justify-between gap-x-3">
        <span className="font-medium">
          Allocations up to {formatPercent(row.maximum, { digits: 2 })}
          {row.expiresAt && (
            <>
              {' '}
              until <Time at={row.expiresAt} withDate />
            </>
          )}
        </span>
        <Status kind={status.kind}>{status.word}</Status>
      </div>
      <div className="text-xs text-ink-3">
        {row.reason} Proposed by {row.proposedByName}
        {row.proposedAt && (
          <>
            {' '}
            <Time at={row.proposedAt} />
          </>
        )}
        {row.approvals.length > 0 && `, signed by ${row.approvals.map((a) => a.name).join(' and ')}`}
        {row.endedWhy && `, ended by ${row.endedByName}: ${row.endedWhy}`}.
      </div>
      {(row.state === 'waiting' || row.state === 'in-force') && (
        <div className="mt-1.5 flex flex-wrap gap-2">
          {row.state === 'waiting' && (
            <Button
              size="sm"
              variant="primary"
              onClick={() => onChoose('approve')}
              blocked={
                loosen !== 'one-of-two'
                  ? 'A Risk officer and a Manager approve it.'
                  : hasSigned
                    ? 'You have signed this. It takes another person.'
                    : undefined
              }
            >
              Review…
            </Button>
          )}
          <Button
            size="sm"
            onClick={() => onChoose('end')}
            blocked={mayEnd ? undefined : 'Your role may not end this.'}
          >
            {row.state === 'in-force' ? 'Withdraw…' : isOwn ? 'Take back…' : 'Turn down…'}
          </Button>
        </div>
      )}
    </li>
  );
}
