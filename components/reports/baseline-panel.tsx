'use client';
import { useSuspenseQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { BaselineView } from '@/server/reports/view';
import { useTRPC } from '../trpc';
import { Button } from '../ui/button';
import { Panel } from '../ui/dialog';
import { shortHash } from '../ui/format';
import { Note } from '../ui/note';
import { RegionBoundary } from '../ui/region-boundary';
import { EmptyState } from '../ui/states';
import { Status } from '../ui/status';
import { Time } from '../ui/time';
import { BaselineDecision } from './baseline-decision';
import { BaselineLines } from './baseline-lines';
import { ProposeBaseline } from './propose-baseline';

/** The baseline of a launch, docked beside what asks for it: what stands, what waits, and a new proposal. */
export function BaselinePanel({ launchId, onClose }: { launchId: string; onClose: () => void }) {
  return (
    <Panel
      open
      onOpenChange={(open) => !open && onClose()}
      title="Baseline"
      description="What the launch is measured against after each tranche."
      wide
    >
      <RegionBoundary label="Baseline" rows={6}>
        <LaunchBaseline launchId={launchId} />
      </RegionBoundary>
    </Panel>
  );
}

/** The same without its panel, for a page of its own. */
export function LaunchBaseline({ launchId }: { launchId: string }) {
  const trpc = useTRPC();
  const { launchNumber, strategyName, inForce, proposal, may } = useSuspenseQuery(
    trpc.reports.baselines.queryOptions({ launchId }),
  ).data;
  const [proposing, setProposing] = useState(false);
  return (
    <div className="grid gap-5">
      <h3 className="font-semibold">
        {launchNumber} {strategyName}
      </h3>
      {proposal && (
        <section className="grid gap-3">
          <Head baseline={proposal} />
          <BaselineLines lines={proposal.lines} missing={proposal.missing} />
          {proposal.state === 'proposed' && <BaselineDecision baseline={proposal} may={may} />}
          {proposal.rejectedWhy && <Note tone="off" title={proposal.rejectedWhy} />}
        </section>
      )}
      {inForce ? (
        <section className="grid gap-3">
          <Head baseline={inForce} />
          <BaselineLines lines={inForce.lines} missing={inForce.missing} />
        </section>
      ) : (
        <EmptyState title="No baseline is approved.">
          Reports are issued as unknown until one is: they list what was measured and compare it with nothing.
        </EmptyState>
      )}
      {proposing ? (
        <ProposeBaseline launchId={launchId} onDone={() => setProposing(false)} />
      ) : (
        <div>
          <Button
            variant={inForce || proposal ? 'default' : 'primary'}
            onClick={() => setProposing(true)}
            blocked={may.propose ? undefined : 'An Engineer, Quant, Risk officer or Manager proposes a baseline.'}
          >
            Propose a baseline…
          </Button>
        </div>
      )}
    </div>
  );
}

const STATE = {
  proposed: { kind: 'awaiting', word: 'Waits for approval' },
  approved: { kind: 'approved', word: 'In force' },
  rejected: { kind: 'rejected', word: 'Rejected' },
} as const;

function Head({ baseline }: { baseline: BaselineView }) {
  return (
    <div>
      <div className="flex flex-wrap items-center gap-x-3">
        <span className="font-medium">b-{baseline.version}</span>
        <Status kind={STATE[baseline.state].kind}>{STATE[baseline.state].word}</Status>
        <span className="mono text-ink-3">{shortHash(baseline.contentHash)}</span>
      </div>
      <div className="text-xs text-ink-3">
        From {baseline.takenIn === 'staging' ? 'staging' : 'the 10 % soak'}, <Time at={baseline.from} withDate /> to{' '}
        <Time at={baseline.to} withDate />. Proposed by {baseline.proposedByName} at{' '}
        <Time at={baseline.proposedAt} withDate />.
        {baseline.approvals.map((approval) => ` Approved by ${approval.name}.`).join('')}{' '}
        {baseline.expectation
          ? `Expectation of the strategy: ${baseline.expectation}.`
          : 'No approved backtest of the release: the strategy itself is not measured.'}
      </div>
    </div>
  );
}
