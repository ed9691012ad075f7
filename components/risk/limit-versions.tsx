'use client';
import { useSuspenseQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { leaveFor } from '@/server/identity/permissions';
import type { LimitVersionView } from '@/server/risk/views/view';
import { useMe } from '../shell/me';
import { useTRPC } from '../trpc';
import { Button } from '../ui/button';
import { EmptyState } from '../ui/states';
import { Status, type StatusKind } from '../ui/status';
import { Time } from '../ui/time';
import { ApproveLimitsPanel } from './approve-limits-panel';
import { ChangeLimitsPanel } from './change-limits-panel';
import { LevelLimitsPanel } from './level-limits-panel';
import { OverridePanel } from './override-panel';
import { WithdrawOverridePanel } from './withdraw-override-panel';

const STATUS_OF: Record<LimitVersionView['state'], { kind: StatusKind; word: string }> = {
  'in-force': { kind: 'passed', word: 'In force' },
  scheduled: { kind: 'pending', word: 'Starts later' },
  past: { kind: 'off', word: 'Replaced' },
  waiting: { kind: 'awaiting', word: 'Waits for two people' },
  rejected: { kind: 'rejected', word: 'Rejected' },
  expired: { kind: 'expired', word: 'Expired' },
  withdrawn: { kind: 'revoked', word: 'Withdrawn' },
};

/** Versions of the limits and overrides: who proposed and approved each, and the forms to change them. */
export function LimitVersions({ portfolioId }: { portfolioId: string }) {
  const trpc = useTRPC();
  const { data } = useSuspenseQuery(trpc.risk.versions.queryOptions({ portfolioId }));
  const [open, setOpen] = useState<'change' | 'override' | 'level' | null>(null);
  const [reviewed, setReviewed] = useState<string | null>(null);
  const [taken, setTaken] = useState<string | null>(null);
  const { id: me, grants } = useMe();
  const mayTighten = leaveFor(grants, 'limit.tighten', portfolioId) !== null;
  const mayLoosen = leaveFor(grants, 'limit.loosen', portfolioId) !== null;
  const mayChange = mayTighten || mayLoosen;
  const mayLimitFirm = leaveFor(grants, 'limit.loosen', null) !== null;
  const nobody = mayChange ? undefined : 'Limits are changed by an Engineer, Quant, Risk officer or Manager.';
  // Who may only tighten limits of single strategies is offered those.
  const levels = data.strategies.filter(
    ({ ownerId }) => mayLoosen || leaveFor(grants, 'limit.tighten', portfolioId, ownerId === me) !== null,
  );
  const waiting = data.versions.find((v) => v.id === reviewed && v.state === 'waiting');
  const withdrawn = data.versions.find((v) => v.id === taken && isRunning(v));
  return (
    <div className="grid gap-3">
      <div className="flex flex-wrap gap-2">
        <Button size="sm" onClick={() => setOpen('change')} blocked={nobody}>
          Change limits…
        </Button>
        <Button size="sm" variant="quiet" onClick={() => setOpen('override')} blocked={nobody}>
          Override one instrument…
        </Button>
        <Button size="sm" variant="quiet" onClick={() => setOpen('level')} blocked={nobody}>
          {mayLimitFirm ? 'Limit the firm or one strategy…' : 'Limit one strategy…'}
        </Button>
      </div>
      {data.versions.length === 0 && (
        <EmptyState title="Nobody has changed the limits.">The defaults are in force as version 1.</EmptyState>
      )}
      <ul className="grid gap-3">
        {data.versions.map((version) => (
          <Version
            key={version.id}
            version={version}
            mayTighten={mayTighten}
            onReview={() => setReviewed(version.id)}
            onWithdraw={() => setTaken(version.id)}
          />
        ))}
      </ul>
      {open === 'change' && (
        <ChangeLimitsPanel
          portfolioId={portfolioId}
          limits={data.general}
          basis={data.basis}
          automatic={data.automatic}
          maxAgeMs={data.maxAgeMs}
          counts={data.counts}
          onClose={() => setOpen(null)}
        />
      )}
      {open === 'level' && (
        <LevelLimitsPanel
          portfolioId={portfolioId}
          strategies={levels}
          ofFirm={mayLimitFirm}
          mayLoosen={mayLoosen}
          limits={data.general}
          onClose={() => setOpen(null)}
        />
      )}
      {open === 'override' && (
        <OverridePanel portfolioId={portfolioId} limits={data.general} onClose={() => setOpen(null)} />
      )}
      {waiting && <ApproveLimitsPanel version={waiting} onClose={() => setReviewed(null)} />}
      {withdrawn && <WithdrawOverridePanel version={withdrawn} onClose={() => setTaken(null)} />}
    </div>
  );
}

const isRunning = ({ isOverride, state }: LimitVersionView): boolean =>
  isOverride && (state === 'in-force' || state === 'scheduled');

function Version({
  version,
  mayTighten,
  onReview,
  onWithdraw,
}: {
  version: LimitVersionView;
  mayTighten: boolean;
  onReview: () => void;
  onWithdraw: () => void;
}) {
  const status = STATUS_OF[version.state];
  return (
    <li className="border-t border-line pt-2.5 first:border-t-0">
      <div className="flex flex-wrap items-baseline justify-between gap-x-3">
        <span className="font-medium">{version.title}</span>
        <Status kind={status.kind}>{status.word}</Status>
      </div>
      <div className="text-xs text-ink-2">{version.lines.join(' · ')}</div>
      <div className="text-xs text-ink-3">
        {version.reason} Proposed by {version.proposedByName} <Time at={version.proposedAt} />
        {version.approvals.length > 0 && `, approved by ${version.approvals.map((a) => a.name).join(' and ')}`}
        {version.rejectedWhy && `, rejected: ${version.rejectedWhy}`}
        {version.endedByName && `, taken back by ${version.endedByName}: ${version.endedWhy}`}
        {version.startsAt && (
          <>
            , starts <Time at={version.startsAt} withDate />
          </>
        )}
        {version.expiresAt && (
          <>
            , ends <Time at={version.expiresAt} />
          </>
        )}
        .
      </div>
      {isRunning(version) && (
        <div className="mt-1.5">
          <Button
            size="sm"
            onClick={onWithdraw}
            blocked={mayTighten ? undefined : 'A Risk officer, Manager or Engineer takes an override back.'}
          >
            Take back…
          </Button>
        </div>
      )}
      {version.state === 'waiting' && (
        <div className="mt-1.5">
          <Button size="sm" variant="primary" onClick={onReview}>
            Review…
          </Button>
        </div>
      )}
    </li>
  );
}
