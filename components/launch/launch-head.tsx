'use client';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import type { LaunchPage } from '@/server/launch/view';
import { detailsOf, wordsOf } from '../forms/server-error';
import { FollowPortfolio } from '../shell/follow-portfolio';
import { useTRPC } from '../trpc';
import { Button } from '../ui/button';
import { useNow, useZone } from '../ui/clock';
import { formatMoney, shortHash } from '../ui/format';
import { Note } from '../ui/note';
import { PageHeader, TextLink } from '../ui/page';
import { PhaseTrack } from '../ui/phase-track';
import { type StatusKind, Tag } from '../ui/status';
import { gateLabel } from './gate-label';
import { ReasonPanel } from './reason-panel';
import { phaseParts, trancheParts } from './track-parts';
import { useLaunch } from './use-launch';

function stateOf(launch: LaunchPage): { kind: StatusKind; word: string } {
  switch (launch.status) {
    case 'held':
      return { kind: 'closed', word: `Held at ${launch.tranche} %` };
    case 'aborted':
      return { kind: 'voided', word: 'Aborted' };
    case 'finished':
      return { kind: 'passed', word: 'Finished' };
    default:
      return {
        kind: 'running',
        word: launch.tranche > 0 ? `Phase 4, tranche ${launch.tranche} %` : `Phase ${launch.phase}`,
      };
  }
}

/** What is live or goes live, how far it is, and the buttons that move it. */
export function LaunchHead({ launchId }: { launchId: string }) {
  const launch = useLaunch(launchId);
  const clock = { zone: useZone(), now: useNow() };
  const state = stateOf(launch);
  const isClosed = launch.status === 'aborted' || launch.status === 'finished';
  return (
    <>
      <FollowPortfolio id={launch.portfolioId} />
      <PageHeader
        title={`${launch.name} ${launch.version}`}
        tags={<Tag kind={state.kind}>{state.word}</Tag>}
        actions={isClosed ? undefined : <Moves launch={launch} />}
      >
        <span>
          {launch.number} in <b className="font-normal text-ink">{launch.portfolioName}</b>
        </span>
        <span>
          Release{' '}
          <span className="mono text-ink" title={launch.releaseDigest}>
            {shortHash(launch.releaseDigest)}
          </span>
        </span>
        <span>
          Artefact{' '}
          <span className="mono text-ink" title={launch.artefactDigest}>
            {shortHash(launch.artefactDigest)}
          </span>
        </span>
        <span>
          Configuration{' '}
          <span className="mono text-ink" title={launch.configDigest}>
            {shortHash(launch.configDigest)}
          </span>
        </span>
        <span>
          Engine <b className="font-normal text-ink">{launch.engine?.name ?? 'none yet'}</b>
        </span>
        {launch.capital && (
          <span>
            Capital in tranche{' '}
            <b className="font-normal text-ink tabular-nums">
              {formatMoney(launch.capital.amount, { currency: launch.currency })}
            </b>
            {launch.capital.isConfirmed ? ', confirmed' : ', not confirmed by the engine yet'}
          </span>
        )}
        <span>
          Owner <b className="font-normal text-ink">{launch.ownerName}</b>
        </span>
        <TextLink href={`/launches/${launch.id}/checklist`}>
          Checklist {launch.checklist.satisfied} of {launch.checklist.total}
        </TextLink>
      </PageHeader>
      <div className="border-b border-line bg-surface px-4 pt-3 pb-3.5">
        <PhaseTrack
          big
          phases={phaseParts(launch.phases, clock)}
          tranches={trancheParts(launch.tranches, launch.status === 'held', clock)}
        />
        {launch.status === 'held' && launch.holdReason && (
          <div className="mt-3">
            <Note tone="warn" glyph="lock" title={`Held: ${launch.holdReason}`}>
              No gate opens until a risk officer or manager releases it. Trading goes on as it is.
            </Note>
          </div>
        )}
      </div>
    </>
  );
}

function Moves({ launch }: { launch: LaunchPage }) {
  const trpc = useTRPC();
  const hold = useMutation(trpc.launches.hold.mutationOptions());
  const release = useMutation(trpc.launches.release.mutationOptions());
  const demote = useMutation(trpc.launches.demote.mutationOptions());
  const abort = useMutation(trpc.launches.abort.mutationOptions());
  const finish = useMutation(trpc.launches.finish.mutationOptions());
  const { id: launchId, may, tranche } = launch;
  const back = tranche === 100 ? 50 : tranche === 50 ? 10 : 0;
  return (
    <>
      {may.demote && (
        <ReasonPanel
          label="Abort"
          variant="quiet"
          title={`Abort ${launch.number}`}
          confirm="Abort launch"
          confirmVariant="danger"
          effects="Ends this launch for good. Its capital is taken away, its record stays, its share of the portfolio is free again. Positions are not sold; the strategy only reduces."
          onConfirm={(reason) => abort.mutateAsync({ launchId, reason })}
        />
      )}
      {launch.status === 'held'
        ? may.release && (
            <ReasonPanel
              label="Release"
              title={`Release ${launch.number}`}
              confirm="Release launch"
              effects="Its gates count again and are evaluated as ever. Nothing is promoted by this."
              onConfirm={(reason) => release.mutateAsync({ launchId, reason })}
            />
          )
        : may.demote && (
            <ReasonPanel
              label="Hold"
              variant="quiet"
              title={`Hold ${launch.number}`}
              confirm="Hold launch"
              effects="No gate opens until a risk officer or manager releases it. Trading goes on as it is."
              onConfirm={(reason) => hold.mutateAsync({ launchId, reason })}
            />
          )}
      {may.demote && tranche > 0 && (
        <ReasonPanel
          label={`Roll back to ${back} %`}
          title={`Roll ${launch.number} back to ${back} %`}
          confirm={`Roll back to ${back} %`}
          effects={`The engine is sent the smaller capital at once, and ${launch.name} only reduces until it is inside it. Nothing is sold unasked. Automatic promotion is held.`}
          onConfirm={(reason) => demote.mutateAsync({ launchId, reason })}
        />
      )}
      {may.promote && tranche === 100 && (
        <ReasonPanel
          label="Finish"
          title={`Finish ${launch.number}`}
          confirm="Finish launch"
          question="Note"
          effects="Closes the observation. The strategy goes on trading with its capital."
          onConfirm={(note) => finish.mutateAsync({ launchId, note })}
        />
      )}
      {launch.gate && <UseGate launch={launch} />}
    </>
  );
}

/** Promotes, or passes the phase: visible and locked until the gate is open, evaluated again by the server when pressed. */
function UseGate({ launch }: { launch: LaunchPage }) {
  const trpc = useTRPC();
  const use = useMutation(trpc.launches.useGate.mutationOptions());
  const [refusal, setRefusal] = useState<string | null>(null);
  const gate = launch.gate;
  if (!gate) return null;
  const { verb } = gateLabel(gate.gate);
  const blocked = !launch.may.promote
    ? 'An Engineer, Risk officer or Manager, or the owner, does this.'
    : (gate.you.whyNotForYou ?? undefined);
  const press = async () => {
    setRefusal(null);
    try {
      await use.mutateAsync({ launchId: launch.id, gate: gate.gate });
    } catch (error) {
      const blockers = (detailsOf(error).blockers as { sentence: string }[] | undefined) ?? [];
      setRefusal([wordsOf(error), ...blockers.slice(1).map((one) => one.sentence)].join(' '));
    }
  };
  return (
    <>
      <Button
        variant={gate.isOpen ? 'primary' : 'default'}
        sending={use.isPending}
        blocked={blocked}
        blockedBy={!blocked && !gate.isOpen ? 'gate' : undefined}
        onClick={press}
      >
        {verb}
      </Button>
      {refusal && (
        <div className="basis-full">
          <Note tone="high" role="alert" title={refusal} />
        </div>
      )}
    </>
  );
}
