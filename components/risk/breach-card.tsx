'use client';
import { useMutation, useSuspenseQuery } from '@tanstack/react-query';
import { useQueryState } from 'nuqs';
import { useState } from 'react';
import type { ActionView, EpisodeView } from '@/server/risk/views/view';
import { wordsOf } from '../forms/server-error';
import { useTRPC } from '../trpc';
import { Button } from '../ui/button';
import { Note } from '../ui/note';
import { Region, TextLink } from '../ui/page';
import { AllWell } from '../ui/states';
import { Status, type StatusKind, Tag } from '../ui/status';
import { Age, Time } from '../ui/time';
import { BreachAnswer } from './breach-answer';
import { DecisionPanel } from './decision-panel';
import { EndEpisodePanel } from './end-episode-panel';
import { alsoRunning, isRunning, leading, statusOf } from './episode-words';
import { useLimitsStanding } from './use-limits-standing';

const ACTION_STATUS: Record<ActionView['state'], { kind: StatusKind; word: string }> = {
  proposed: { kind: 'awaiting', word: 'Awaits a decision' },
  approved: { kind: 'approved', word: 'Approved' },
  rejected: { kind: 'rejected', word: 'Rejected' },
  sent: { kind: 'running', word: 'Sent to the engine' },
  confirmed: { kind: 'passed', word: 'Confirmed by the engine' },
  failed: { kind: 'failed', word: 'Failed' },
  expired: { kind: 'expired', word: 'Expired' },
};

/** The breach that needs somebody most: what is over its limit, what was done, and the one decision. */
export function BreachCard({ portfolioId }: { portfolioId: string }) {
  const trpc = useTRPC();
  const [asked] = useQueryState('episode');
  const { data: episodes } = useSuspenseQuery(trpc.risk.episodes.queryOptions({ portfolioId }));
  const episode = leading(episodes, asked);
  if (!episode) return <NoBreach portfolioId={portfolioId} />;
  const others = alsoRunning(episodes, episode);
  const status = statusOf(episode);
  return (
    <Region
      title={`Breach ${episode.number}`}
      tags={<Tag kind={status.kind}>{status.word}</Tag>}
      end={
        episode.clearedAt ? (
          <span>
            cleared <Time at={episode.clearedAt} />
          </span>
        ) : (
          <span>
            open <Age at={episode.openedAt} long />
          </span>
        )
      }
    >
      <div className="grid gap-3">
        <div>
          <BreachAnswer episode={episode} />
          <div className="mt-0.5 text-xs text-ink-3">
            {episode.sentence}. {episode.clears}
            {episode.late && ' Found in a late sample.'}
          </div>
        </div>
        {others.length > 0 && (
          <div className="text-xs text-ink-2">
            {others.length === 1 ? 'One more runs: ' : `${others.length} more run: `}
            {others.map((other, index) => (
              <span key={other.id}>
                {index > 0 && ', '}
                <TextLink href={`/risk?episode=${other.number}`} className="underline">
                  {other.number}
                </TextLink>{' '}
                {other.title} ({other.severity}
                {other.state === 'accepted' && ', accepted'})
              </span>
            ))}
            .
          </div>
        )}
        {episode.actions.map((action) => (
          <ActionCard key={action.id} action={action} episode={episode} />
        ))}
        {isRunning(episode) && <Exits episode={episode} />}
      </div>
    </Region>
  );
}

/** No episode runs: that is well only where every limit is known and none is over in the newest sample. */
function NoBreach({ portfolioId }: { portfolioId: string }) {
  const standing = useLimitsStanding(portfolioId);
  return (
    <Region title="Breaches">
      {standing.kind === 'kept' ? (
        <AllWell title="No limit is breached.">Every limit that can be measured is kept.</AllWell>
      ) : (
        <div className="py-1">
          <Status kind={standing.kind}>
            {standing.kind === 'pending' ? 'Over a limit, not confirmed.' : 'Whether a limit is breached is not known.'}
          </Status>
          <div className="mt-1 text-xs text-ink-2">{standing.why}</div>
        </div>
      )}
    </Region>
  );
}

function ActionCard({ action, episode }: { action: ActionView; episode: EpisodeView }) {
  const [decision, setDecision] = useState<'approve' | 'reject' | null>(null);
  const status = ACTION_STATUS[action.state];
  const isProposal =
    action.state === 'proposed' && !action.automatic && action.type !== 'rebase' && action.type !== 'accept';
  const isOver = isProposal && !isRunning(episode);
  return (
    <div className="rounded-md border border-line-strong">
      <div className="px-3 py-2.5">
        <div className="flex flex-wrap items-baseline justify-between gap-x-3 gap-y-1">
          <span className="font-medium">
            {isProposal ? 'Proposed: ' : ''}
            {action.title}
          </span>
          <Status kind={status.kind}>{status.word}</Status>
        </div>
        {action.detail && <div className="mt-1 text-xs text-ink-2">{action.detail}</div>}
        {isOver && (
          <div className="mt-1 text-xs text-ink-3">
            The breach is over: nobody approves this any more, and it expires 15 min after.
          </div>
        )}
        {action.error && <div className="mt-1 text-xs text-high">{action.error}</div>}
        <div className="mt-1 text-xs text-ink-3">
          {action.automatic ? 'Automatic by policy' : 'Proposed'} <Time at={action.proposedAt} seconds />
          {action.decidedBy && `, decided by ${action.decidedBy}`}
        </div>
      </div>
      {isProposal && !isOver && (
        <div className="flex flex-wrap gap-2 border-t border-line-strong px-3 py-2">
          <Button size="sm" variant="primary" onClick={() => setDecision('approve')}>
            Approve…
          </Button>
          <span className="flex-1" />
          <Button size="sm" variant="quiet" onClick={() => setDecision('reject')}>
            Reject…
          </Button>
        </div>
      )}
      {decision && (
        <DecisionPanel action={action} episode={episode} decision={decision} onClose={() => setDecision(null)} />
      )}
    </div>
  );
}

function Exits({ episode }: { episode: EpisodeView }) {
  const trpc = useTRPC();
  const acknowledge = useMutation(trpc.risk.acknowledge.mutationOptions());
  const [exit, setExit] = useState<'rebase' | 'accept' | null>(null);
  return (
    <>
      <div className="flex flex-wrap items-center gap-2">
        {episode.state === 'open' && (
          <Button
            size="sm"
            sending={acknowledge.isPending}
            onClick={() => acknowledge.mutate({ episodeId: episode.id })}
          >
            Acknowledge
          </Button>
        )}
        {episode.acknowledgedBy && <span className="text-xs text-ink-3">Acknowledged by {episode.acknowledgedBy}</span>}
        {episode.acceptedUntil && (
          <span className="text-xs text-ink-3">
            Accepted until <Time at={episode.acceptedUntil} withDate />
            {episode.acceptedUpTo && `, up to ${episode.acceptedUpTo}`}
          </span>
        )}
        {episode.state !== 'accepted' && episode.tier === 'hard' && (
          <>
            {episode.exits.rebase && (
              <Button size="sm" variant="quiet" onClick={() => setExit('rebase')}>
                Rebase mark…
              </Button>
            )}
            <Button size="sm" variant="quiet" onClick={() => setExit('accept')}>
              Accept…
            </Button>
          </>
        )}
      </div>
      {acknowledge.error && (
        <Note tone="high" role="alert">
          {wordsOf(acknowledge.error)}
        </Note>
      )}
      {exit && <EndEpisodePanel episode={episode} kind={exit} onClose={() => setExit(null)} />}
    </>
  );
}
