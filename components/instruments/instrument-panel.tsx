'use client';
import { useQuery } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import { leaveFor } from '@/server/identity/permissions';
import type { CorrectionView } from '@/server/risk/instruments/correction-view-store';
import type { RegisterRow } from '@/server/risk/instruments/register-view-store';
import { wordsOf } from '../forms/server-error';
import { useMe } from '../shell/me';
import { useTRPC } from '../trpc';
import { Button } from '../ui/button';
import { Panel } from '../ui/dialog';
import { EmptyState, ErrorState, Skeleton } from '../ui/states';
import { Status } from '../ui/status';
import { Time } from '../ui/time';
import { CorrectPanel } from './correct-panel';
import { changedTerms, TERM_LABEL, TERMS, termText } from './correction-form';
import { CORRECTION_STATUS, CorrectionMeta } from './correction-meta';
import { LastPrice } from './last-price';

/** One instrument of the register: how it trades, who stated that, and every correction of it. */
export function InstrumentPanel({
  portfolioId,
  currency,
  row,
  onClose,
}: {
  portfolioId: string;
  currency: string;
  row: RegisterRow;
  onClose: () => void;
}) {
  const { grants } = useMe();
  const [isCorrecting, setCorrecting] = useState(false);
  const mayCorrect = leaveFor(grants, 'instrument.correct', portfolioId) !== null;
  if (isCorrecting)
    return (
      <CorrectPanel portfolioId={portfolioId} currency={currency} row={row} onClose={() => setCorrecting(false)} />
    );
  return (
    <Panel
      open
      onOpenChange={(next) => !next && onClose()}
      title={row.instrument}
      description={
        row.source === 'snapshot'
          ? 'Its unit is what snapshots stated when a day closed; what is registered takes its place.'
          : 'As it is registered. A key raises its unit and margin; a lower one, and a larger lot, two people sign.'
      }
      footer={
        <>
          <Button onClick={onClose}>Close</Button>
          <Button
            variant="primary"
            onClick={() => setCorrecting(true)}
            blocked={mayCorrect ? undefined : 'The register is corrected by a Risk officer or Manager.'}
          >
            Correct…
          </Button>
        </>
      }
    >
      <dl className="grid grid-cols-[auto_minmax(0,1fr)] gap-x-4 gap-y-1.5">
        {TERMS.map((term) => (
          <Fact key={term} name={TERM_LABEL[term]}>
            {termText(term, row[term])}
          </Fact>
        ))}
        <Fact name="Stated by">{row.statedBy.name}</Fact>
        <Fact name="Since">
          <Time at={row.since} withDate seconds />
        </Fact>
        <Fact name="Last price">
          <LastPrice last={row.last} />
        </Fact>
      </dl>
      <h3 className="mt-5 mb-2 text-xs font-semibold text-ink-2">Corrections by people</h3>
      <History portfolioId={portfolioId} instrument={row.instrument} />
    </Panel>
  );
}

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <>
      <dt className="text-ink-3">{name}</dt>
      <dd className="text-right tabular-nums wrap-anywhere">{children}</dd>
    </>
  );
}

/** In the register, as long as anything of it still stands there. */
function Standing({ row }: { row: CorrectionView }) {
  const isAllRestated = row.restated.length > 0 && row.restated.length === changedTerms(row.change).length;
  const status = CORRECTION_STATUS[isAllRestated ? 'overtaken' : row.state];
  return <Status kind={status.kind}>{status.word}</Status>;
}

function History({ portfolioId, instrument }: { portfolioId: string; instrument: string }) {
  const trpc = useTRPC();
  const history = useQuery(trpc.instruments.history.queryOptions({ portfolioId, instrument }));
  if (history.error && !history.data)
    return (
      <ErrorState
        title="The corrections could not be read."
        action={
          <Button size="sm" onClick={() => history.refetch()}>
            Try again
          </Button>
        }
      >
        {wordsOf(history.error)}
      </ErrorState>
    );
  if (!history.data) return <Skeleton label="corrections" rows={2} />;
  if (history.data.length === 0)
    return <EmptyState title="Nobody corrected it.">What feeds stated of it is in the audit.</EmptyState>;
  return (
    <ul className="grid gap-3">
      {history.data.map((one) => (
        <li key={one.id} className="border-t border-line pt-2.5 first:border-t-0 first:pt-0">
          <Standing row={one} />
          <ul className="mt-0.5">
            {changedTerms(one.change).map(({ field, from, to }) => (
              <li key={field} className="tabular-nums">
                {TERM_LABEL[field]} {from} → <span className="font-medium">{to}</span>
                {one.restated.includes(field) && <span className="text-ink-3">, stated otherwise since</span>}
              </li>
            ))}
          </ul>
          <CorrectionMeta row={one} />
        </li>
      ))}
    </ul>
  );
}
