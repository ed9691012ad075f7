'use client';
import { useSuspenseQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { leaveFor } from '@/server/identity/permissions';
import type { CashFlowsView } from '@/server/risk/cash-flows/cash-flow-view-store';
import { useMe } from '../shell/me';
import { useTRPC } from '../trpc';
import { Button } from '../ui/button';
import { formatNumber } from '../ui/format';
import { Note } from '../ui/note';
import { EmptyState } from '../ui/states';
import { Status, type StatusKind } from '../ui/status';
import { Time } from '../ui/time';
import { RecordCashFlowPanel, RejectCashFlowPanel, ReverseCashFlowPanel, SignCashFlowPanel } from './cash-flow-panels';

export type CashFlowRow = CashFlowsView['rows'][number];
type Choice = 'sign' | 'reject' | 'reverse';

const STATUS_OF: Record<CashFlowRow['state'], { kind: StatusKind; word: string }> = {
  waiting: { kind: 'awaiting', word: 'Waits for two people' },
  applied: { kind: 'passed', word: 'Counted' },
  rejected: { kind: 'rejected', word: 'Turned down' },
  lapsed: { kind: 'expired', word: 'Lapsed' },
};

/** Deposits and withdrawals that no snapshot stated: recorded by two people, and neutral from their own time on. */
export function CashFlows({ portfolioId }: { portfolioId: string }) {
  const trpc = useTRPC();
  const { data } = useSuspenseQuery(trpc.cashFlows.view.queryOptions({ portfolioId }));
  const { grants } = useMe();
  const leave = leaveFor(grants, 'cash-flow.record', portfolioId);
  const [isOpen, setOpen] = useState(false);
  const [chosen, setChosen] = useState<{ id: string; does: Choice } | null>(null);
  const row = data.rows.find((one) => one.id === chosen?.id && one.state === 'waiting');
  const reversed = data.rows.find((one) => one.id === chosen?.id && chosen.does === 'reverse');
  return (
    <div className="grid gap-3">
      <div>
        <Button
          size="sm"
          onClick={() => setOpen(true)}
          blocked={
            leave === null ? 'A cash flow is recorded by an Engineer, Quant, Risk officer or Manager.' : undefined
          }
        >
          Record cash flow…
        </Button>
      </div>
      {data.rows.length === 0 && (
        <EmptyState title="No cash flow was recorded by hand.">
          Deposits and withdrawals come with the snapshots. One that was missed looks like a gain or a loss until two
          people record it.
        </EmptyState>
      )}
      <ul className="grid gap-3">
        {data.rows.map((one) => (
          <Row
            key={one.id}
            row={one}
            currency={data.currency}
            leave={leave}
            onChoose={(does) => setChosen({ id: one.id, does })}
          />
        ))}
      </ul>
      {isOpen && <RecordCashFlowPanel portfolioId={portfolioId} view={data} onClose={() => setOpen(false)} />}
      {row && chosen?.does === 'sign' && (
        <SignCashFlowPanel row={row} currency={data.currency} onClose={() => setChosen(null)} />
      )}
      {reversed && (
        <ReverseCashFlowPanel
          portfolioId={portfolioId}
          row={reversed}
          currency={data.currency}
          onClose={() => setChosen(null)}
        />
      )}
      {row && chosen?.does === 'reject' && <RejectCashFlowPanel row={row} onClose={() => setChosen(null)} />}
    </div>
  );
}

function Row({
  row,
  currency,
  leave,
  onChoose,
}: {
  row: CashFlowRow;
  currency: string;
  leave: ReturnType<typeof leaveFor>;
  onChoose: (does: Choice) => void;
}) {
  const { id } = useMe();
  const status = STATUS_OF[row.state];
  const isOwn = row.proposedById === id;
  const hasSigned = row.approvals.some((a) => a.personId === id);
  const signs = leave === 'one-of-two' || leave === 'alone';
  return (
    <li className="border-t border-line pt-2.5 first:border-t-0">
      <div className="flex flex-wrap items-baseline justify-between gap-x-3">
        <span className="font-medium tabular-nums">
          {formatNumber(row.amount)} {currency}
        </span>
        <Status kind={status.kind}>{status.word}</Status>
      </div>
      <div className="text-xs text-ink-2">
        Account {row.account}, <Time at={row.effectiveAt} withDate seconds />
        {row.isAnother && ', another of the same amount'}
      </div>
      <div className="text-xs text-ink-3">
        {row.reason} Proposed by {row.proposedByName} <Time at={row.proposedAt} />
        {row.approvals.length > 0 && `, signed by ${row.approvals.map((a) => a.name).join(' and ')}`}
        {row.rejectedWhy && `, turned down by ${row.rejectedByName}: ${row.rejectedWhy}`}.
      </div>
      {row.state === 'applied' && (
        <div className="mt-1.5 grid gap-1.5">
          {row.alsoStatedAt && (
            <Note tone="high" role="alert" title="It may count twice">
              A snapshot states the same amount at <Time at={row.alsoStatedAt} withDate seconds />. Reverse this one if
              it is the same.
            </Note>
          )}
          <div>
            <Button
              size="sm"
              variant="quiet"
              onClick={() => onChoose('reverse')}
              blocked={leave === null ? 'Who may record a cash flow reverses one.' : undefined}
            >
              Reverse…
            </Button>
          </div>
        </div>
      )}
      {row.state === 'waiting' && (
        <div className="mt-1.5 flex flex-wrap gap-2">
          <Button
            size="sm"
            variant="primary"
            onClick={() => onChoose('sign')}
            blocked={
              !signs
                ? 'Two people sign it: Risk officers or Managers.'
                : hasSigned
                  ? 'You have signed this. It takes another person.'
                  : undefined
            }
          >
            Review…
          </Button>
          <Button
            size="sm"
            onClick={() => onChoose('reject')}
            blocked={signs || isOwn ? undefined : 'Who proposed it or could sign it turns it down.'}
          >
            Turn down…
          </Button>
        </div>
      )}
    </li>
  );
}
