'use client';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import { ROLE_LABEL } from '@/server/kernel/actor';
import type { GateView, LaunchPage } from '@/server/launch/view';
import { FormStatus } from '../forms/form-status';
import { wordsOf } from '../forms/server-error';
import { useStepUp } from '../forms/step-up';
import { useTRPC } from '../trpc';
import { Button } from '../ui/button';
import { Panel, Statement } from '../ui/dialog';
import { Field, Textarea } from '../ui/field';
import { formatMoney, formatPercent, shortHash } from '../ui/format';
import { Glyph } from '../ui/glyph';
import { Note } from '../ui/note';
import { SecondFactorField } from '../ui/second-factor-field';
import { Facts } from '../ui/stat';
import { Status } from '../ui/status';
import { gateLabel } from './gate-label';

/** Exactly what an approval binds to. */
export function BoundContent({ launch, gate }: { launch: LaunchPage; gate: GateView }) {
  const { content } = gate;
  const limits = content.limitSets.map((one) => `${one.scope} v${one.version}`).join(', ') || 'the defaults';
  const versions = content.policyVersions;
  const version = (one: number) => (one === 0 ? 'default' : `v${one}`);
  return (
    <Facts
      items={[
        { name: 'Launch', value: `${launch.number}, ${launch.name} ${content.release.version}` },
        { name: 'Artefact', value: <span className="mono wrap-anywhere">{content.release.artefactDigest}</span> },
        { name: 'Configuration', value: <span className="mono wrap-anywhere">{content.release.configDigest}</span> },
        { name: 'Allocation', value: `${formatPercent(content.allocation)} of ${launch.portfolioName}` },
        ...(content.targetTranche === null
          ? []
          : [
              {
                name: 'Tranche',
                value: (
                  <>
                    {content.targetTranche} % of the allocation
                    <Capital launch={launch} gate={gate} />
                  </>
                ),
              },
            ]),
        { name: 'Limits', value: limits },
        { name: 'Policies', value: `approval ${version(versions.approval)}, soak ${version(versions.soak)}` },
        { name: 'Checklist', value: `${content.attestations.length} signatures, ${content.waivers.length} waivers` },
        {
          name: 'Bound to',
          value: (
            <span className="mono" title={gate.hash}>
              {shortHash(gate.hash)}
            </span>
          ),
        },
      ]}
    />
  );
}

/** What the share comes to in money at the equity of now; nothing where that is not known. */
function Capital({ launch, gate: { content } }: { launch: LaunchPage; gate: GateView }) {
  const trpc = useTRPC();
  const { data } = useQuery(trpc.overview.summary.queryOptions({ portfolioId: launch.portfolioId }));
  if (!data?.equity || content.targetTranche === null) return null;
  const amount = (Number(data.equity) * Number(content.allocation) * content.targetTranche) / 100;
  return (
    <span className="block text-xs text-ink-2">
      about {formatMoney(amount, { currency: launch.currency, digits: 0 })} at the equity of now
    </span>
  );
}

/** What else stands between this launch and the gate, and who has decided already: read before signing, on one screen. */
function Standing({ gate }: { gate: GateView }) {
  const others = gate.blockers.filter((one) => one.action?.target !== 'approve');
  const given = gate.slots.filter((slot) => slot.personName !== null);
  return (
    <div className="grid min-w-0 gap-1">
      {given.map((slot) => (
        <Status key={`${slot.role}-${slot.personName}`} kind="approved" detail={ROLE_LABEL[slot.role]}>
          {slot.personName}
        </Status>
      ))}
      {others.map((one) => (
        <div key={one.sentence} className="flex items-baseline gap-1.5 text-ink-2">
          <Glyph name="lock" label="Blocks" className="flex-none translate-y-0.5" />
          <span className="min-w-0 wrap-anywhere">{one.sentence}</span>
        </div>
      ))}
      {others.length === 0 && <Status kind="passed">Nothing else blocks this gate</Status>}
    </div>
  );
}

/** Approve or reject a gate, with the second factor beside exactly what is approved. */
export function ApprovePanel({
  launch,
  gate,
  open,
  onOpenChange,
}: {
  launch: LaunchPage;
  gate: GateView;
  open: boolean;
  onOpenChange: (open: boolean) => void;
}) {
  const trpc = useTRPC();
  const { title, operation } = gateLabel(gate.gate);
  const factor = useStepUp(operation, gate.hash);
  const decide = useMutation(trpc.launches.decide.mutationOptions());
  const [reason, setReason] = useState('');
  const [isRejecting, setRejecting] = useState(false);
  const [hasChanged, setChanged] = useState(false);
  const shown = useRef(gate.hash);
  // A factor given for other content must not sign this one: what was typed is cleared, and the change is said.
  useEffect(() => {
    if (!open) shown.current = gate.hash;
    if (shown.current === gate.hash) return;
    shown.current = gate.hash;
    factor.reset();
    setChanged(true);
  }, [gate.hash, open, factor.reset]);
  const send = async (decision: 'approved' | 'rejected') => {
    setChanged(false);
    const stepUp = await factor.obtain();
    if (!stepUp) return;
    try {
      await decide.mutateAsync({
        launchId: launch.id,
        gate: gate.gate,
        decision,
        reason: reason.trim(),
        contentHash: gate.hash,
        stepUp,
      });
      onOpenChange(false);
      setReason('');
      setRejecting(false);
    } catch {}
  };
  const { mayApprove } = gate.you;
  const noFactor = factor.ready ? undefined : 'Give your second factor first.';
  return (
    <Panel
      open={open}
      onOpenChange={onOpenChange}
      title={`${isRejecting ? 'Reject' : 'Approve'} the ${title.toLowerCase()} for ${launch.number} ${launch.name}`}
      description={
        mayApprove.may ? `As ${ROLE_LABEL[mayApprove.role]}. ${gate.rolesText}, different people.` : gate.rolesText
      }
      footer={
        isRejecting ? (
          <>
            <Button onClick={() => setRejecting(false)}>Back</Button>
            <Button
              variant="danger"
              sending={decide.isPending}
              blocked={reason.trim().length < 3 ? 'A rejection needs a reason.' : noFactor}
              onClick={() => send('rejected')}
            >
              Reject {launch.number}
            </Button>
          </>
        ) : (
          <>
            <Button variant="quiet" className="mr-auto" onClick={() => setRejecting(true)}>
              Reject…
            </Button>
            <Button onClick={() => onOpenChange(false)}>Cancel</Button>
            <Button variant="primary" sending={decide.isPending} blocked={noFactor} onClick={() => send('approved')}>
              Approve {launch.number}
            </Button>
          </>
        )
      }
    >
      <div className="grid grid-cols-[minmax(0,1fr)] gap-4">
        {hasChanged && (
          <Note tone="warn" glyph="void" role="alert" title="What this gate is about just changed.">
            This is the new content. Your code was cleared; look again.
          </Note>
        )}
        <BoundContent launch={launch} gate={gate} />
        <Standing gate={gate} />
        <div>
          <div className="mb-1 text-xs font-medium text-ink-2">{isRejecting ? 'You reject' : 'You approve'}</div>
          <Statement>
            {isRejecting
              ? 'This must not go on as it is. Nobody passes this gate until I decide anew.'
              : `I have examined what is shown. ${launch.name} ${launch.version} may ${gate.content.targetTranche === null ? 'go on to the next phase' : `be given ${gate.content.targetTranche} % of its capital`} once every other condition is met.`}
          </Statement>
        </div>
        <Field
          label={isRejecting ? 'Why' : 'Note'}
          optional={!isRejecting}
          hint={isRejecting ? 'Shown as a blocker, word for word.' : 'What you looked at, in a line.'}
        >
          <Textarea value={reason} onChange={(event) => setReason(event.target.value)} />
        </Field>
        <SecondFactorField {...factor.field} />
        <Note tone="off" glyph="void">
          Any change of release, allocation, limits, policy, signatures or waivers voids an approval. It ends after{' '}
          {gate.validHours} h. The gate itself is checked again when it is used.
        </Note>
        <FormStatus pending={decide.isPending} error={decide.error && wordsOf(decide.error)} />
      </div>
    </Panel>
  );
}
