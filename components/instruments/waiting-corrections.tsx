'use client';
import { useSuspenseQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { leaveFor } from '@/server/identity/permissions';
import type { WaitingCorrections as View } from '@/server/risk/instruments/correction-view-store';
import { useMe } from '../shell/me';
import { useTRPC } from '../trpc';
import { Button } from '../ui/button';
import { EmptyState } from '../ui/states';
import { Status } from '../ui/status';
import { Countdown } from '../ui/time';
import { changedTerms, TERM_LABEL, waitsNoLonger } from './correction-form';
import { CORRECTION_STATUS, CorrectionMeta } from './correction-meta';
import { EndCorrectionPanel, SignCorrectionPanel } from './waiting-panels';

export type WaitingRow = View['rows'][number];

/** Corrections that lower a unit or a margin, or raise a lot, and wait for another person. */
export function WaitingCorrections({ portfolioId }: { portfolioId: string }) {
  const trpc = useTRPC();
  const { data } = useSuspenseQuery(trpc.instruments.waiting.queryOptions({ portfolioId }));
  const [chosen, setChosen] = useState<{ row: WaitingRow; does: 'sign' | 'end' } | null>(null);
  // A row that goes while somebody reads it stays open, and says so.
  const latest = data.rows.find((one) => one.id === chosen?.row.id);
  const onClose = () => setChosen(null);
  return (
    <>
      {data.rows.length === 0 ? (
        <EmptyState title="No correction waits.">
          A lower unit or margin, or a larger lot, is proposed by a Risk officer or Manager and signed by the other. A
          larger unit or margin waits for nobody.
        </EmptyState>
      ) : (
        <ul className="grid gap-3">
          {data.rows.map((one) => (
            <Row key={one.id} row={one} portfolioId={portfolioId} onChoose={(does) => setChosen({ row: one, does })} />
          ))}
        </ul>
      )}
      {chosen?.does === 'sign' && (
        <SignCorrectionPanel
          row={latest ?? chosen.row}
          ended={waitsNoLonger(latest)}
          currency={data.currency}
          onClose={onClose}
        />
      )}
      {chosen?.does === 'end' && (
        <EndCorrectionPanel
          row={latest ?? chosen.row}
          ended={latest ? undefined : waitsNoLonger(latest)}
          onClose={onClose}
        />
      )}
    </>
  );
}

function Row({
  row,
  portfolioId,
  onChoose,
}: {
  row: WaitingRow;
  portfolioId: string;
  onChoose: (does: 'sign' | 'end') => void;
}) {
  const { id, grants } = useMe();
  const may = leaveFor(grants, 'instrument.correct', portfolioId) !== null;
  const hasSigned = row.approvals.some((one) => one.personId === id);
  const status = CORRECTION_STATUS[row.state];
  return (
    <li className="border-t border-line pt-2.5 first:border-t-0 first:pt-0">
      <div className="flex flex-wrap items-baseline justify-between gap-x-3">
        <span className="font-medium wrap-anywhere">{row.instrument}</span>
        <Status
          kind={status.kind}
          detail={row.state === 'waiting' ? <Countdown until={row.lapsesAt} className="tabular-nums" /> : undefined}
        >
          {status.word}
        </Status>
      </div>
      {changedTerms(row.change).map(({ field, from, to }) => (
        <div key={field} className="tabular-nums">
          {TERM_LABEL[field]} {from} → <span className="font-medium">{to}</span>
        </div>
      ))}
      <CorrectionMeta row={row} />
      <div className="mt-1.5 flex flex-wrap gap-2">
        <Button
          size="sm"
          variant="primary"
          onClick={() => onChoose('sign')}
          blocked={
            waitsNoLonger(row) ??
            (!may
              ? 'A Risk officer and a Manager sign it.'
              : hasSigned
                ? 'You have signed this. It takes another person.'
                : undefined)
          }
        >
          Review…
        </Button>
        <Button
          size="sm"
          onClick={() => onChoose('end')}
          blocked={may ? undefined : 'A Risk officer or Manager turns it down.'}
        >
          {row.proposedById === id ? 'Take back…' : 'Turn down…'}
        </Button>
      </div>
    </li>
  );
}
