'use client';
import { useSuspenseQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { leaveFor } from '@/server/identity/permissions';
import type { LatchView } from '@/server/risk/views/view';
import { useMe } from '../shell/me';
import { useTRPC } from '../trpc';
import { Button } from '../ui/button';
import { AllWell } from '../ui/states';
import { Status } from '../ui/status';
import { Time } from '../ui/time';
import { isRunning } from './episode-words';
import { FalseAlarmPanel } from './false-alarm-panel';
import { LiftPanel } from './lift-panel';
import { RestrictPanel } from './restrict-panel';
import { useLimitsStanding } from './use-limits-standing';

/** What restricts trading now, each with its way out, and what was lifted last. */
export function Latches({ portfolioId }: { portfolioId: string }) {
  const trpc = useTRPC();
  const { data } = useSuspenseQuery(trpc.risk.latches.queryOptions({ portfolioId }));
  const [lifting, setLifting] = useState<string | null>(null);
  const [restricts, setRestricts] = useState(false);
  const [reviewing, setReviewing] = useState<string | null>(null);
  // A quant may for an own strategy, which the panel offers.
  const mayRestrict = leaveFor(useMe().grants, 'trading.restrict', portfolioId, true) !== null;
  const chosen = data.open.find((l) => l.id === lifting);
  const reviewed = data.lifted.find((l) => l.id === reviewing && !l.reviewedAt);
  const waits = data.lifted.some((l) => l.falseAlarm && !l.reviewedAt);
  return (
    <div className="grid gap-3">
      {data.open.length === 0 && <Unrestricted portfolioId={portfolioId} />}
      {data.open.map((latch) => (
        <LatchCard key={latch.id} latch={latch} onLift={() => setLifting(latch.id)} />
      ))}
      {data.lifted.length > 0 && (
        <details open={waits}>
          <summary className="cursor-pointer text-xs text-ink-2 phone:py-3">Lifted before</summary>
          <ul className="mt-1 grid gap-1 text-xs text-ink-3">
            {data.lifted.map((latch) => (
              <li key={latch.id}>
                {latch.state} of {latch.place}, {latch.cause}, lifted {latch.liftedAt && <Time at={latch.liftedAt} />}:{' '}
                {latch.liftReason}
                {latch.falseAlarm && <FalseAlarm latch={latch} onReview={() => setReviewing(latch.id)} />}
              </li>
            ))}
          </ul>
        </details>
      )}
      <div>
        <Button
          size="sm"
          onClick={() => setRestricts(true)}
          blocked={
            mayRestrict
              ? undefined
              : 'An Engineer, Quant, Risk officer, Manager or member of the board restricts trading.'
          }
        >
          Restrict trading…
        </Button>
      </div>
      {chosen && <LiftPanel latch={chosen} onClose={() => setLifting(null)} />}
      {reviewed && <FalseAlarmPanel latch={reviewed} onClose={() => setReviewing(null)} />}
      {restricts && <RestrictPanel portfolioId={portfolioId} onClose={() => setRestricts(false)} />}
    </div>
  );
}

/** No latch is on: that is no leave for new risk where the pre-trade check denies it all the same. */
function Unrestricted({ portfolioId }: { portfolioId: string }) {
  const trpc = useTRPC();
  const { data: episodes } = useSuspenseQuery(trpc.risk.episodes.queryOptions({ portfolioId }));
  const standing = useLimitsStanding(portfolioId);
  const open = episodes.filter((e) => isRunning(e) && e.tier === 'hard' && e.state !== 'accepted');
  if (open.length === 0 && standing.kind === 'kept') {
    return <AllWell title="Nothing restricts trading.">Every strategy may take orders.</AllWell>;
  }
  return (
    <div className="py-1">
      <Status kind={open.length > 0 ? 'breached' : standing.kind === 'pending' ? 'pending' : 'unknown'}>
        No restriction is set.
      </Status>
      <div className="mt-1 text-xs text-ink-2">
        {open.length > 0 || standing.kind === 'pending'
          ? 'The pre-trade check denies new risk there all the same.'
          : 'The pre-trade check may deny new risk all the same.'}{' '}
        {open.length > 0
          ? `${open.map((e) => e.number).join(', ')} ${open.length === 1 ? 'is' : 'are'} open.`
          : standing.kind !== 'kept' && standing.why}
      </div>
    </div>
  );
}

function FalseAlarm({ latch, onReview }: { latch: LatchView; onReview: () => void }) {
  return (
    <div className="mt-1 text-ink-2">
      Lifted as a false alarm. {latch.correctedData}{' '}
      {latch.reviewedAt ? (
        <>
          Reviewed by {latch.reviewedByName} <Time at={latch.reviewedAt} withDate />: {latch.reviewNote}
        </>
      ) : (
        <>
          {latch.reviewDueAt && (
            <>
              Review due <Time at={latch.reviewDueAt} withDate />.{' '}
            </>
          )}
          <Button size="sm" onClick={onReview}>
            Review…
          </Button>
        </>
      )}
    </div>
  );
}

function LatchCard({ latch, onLift }: { latch: LatchView; onLift: () => void }) {
  return (
    <div className="rounded-md border border-line-strong px-3 py-2.5">
      <div className="flex flex-wrap items-baseline justify-between gap-x-3 gap-y-1">
        <Status kind={latch.state === 'HALTED' ? 'halted' : 'reducing'} detail={latch.place} />
        <span className="text-xs text-ink-3">
          since <Time at={latch.openedAt} seconds />
        </span>
      </div>
      <div className="mt-1 text-xs text-ink-2">
        {latch.reason}. Set by {latch.openedByName} ({latch.cause}).
      </div>
      <div className="mt-1 text-xs text-ink-3">
        {latch.exit}
        {latch.earliestExitAt && (
          <>
            {' '}
            Earliest <Time at={latch.earliestExitAt} withDate />.
          </>
        )}
        {latch.approvals.length > 0 && ` ${latch.approvals.map((a) => a.name).join(' and ')} agreed; one more person.`}
      </div>
      {!latch.liftsByItself && (
        <div className="mt-2">
          <Button size="sm" onClick={onLift}>
            Lift {latch.state}…
          </Button>
        </div>
      )}
    </div>
  );
}
