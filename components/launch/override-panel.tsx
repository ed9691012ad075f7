'use client';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import type { GateView, LaunchPage } from '@/server/launch/view';
import { FormStatus } from '../forms/form-status';
import { wordsOf } from '../forms/server-error';
import { useStepUp } from '../forms/step-up';
import { useTRPC } from '../trpc';
import { Button } from '../ui/button';
import { Panel } from '../ui/dialog';
import { Field, Textarea } from '../ui/field';
import { Note } from '../ui/note';
import { Region } from '../ui/page';
import { SecondFactorField } from '../ui/second-factor-field';
import { BoundContent } from './approve-panel';
import { gateLabel } from './gate-label';

/** One person's override of a closed gate: what it passes over, and what follows, before the second factor. */
export function OverridePanel({ launch, gate }: { launch: LaunchPage; gate: GateView }) {
  const trpc = useTRPC();
  const [isOpen, setOpen] = useState(false);
  const [reason, setReason] = useState('');
  const { override: answer } = gate.you;
  const hash = answer.may ? answer.hash : gate.hash;
  const factor = useStepUp('launch.break-glass', hash);
  const override = useMutation(trpc.launches.override.mutationOptions());
  const send = async () => {
    const stepUp = await factor.obtain();
    if (!stepUp) return;
    try {
      await override.mutateAsync({
        launchId: launch.id,
        gate: gate.gate,
        reason: reason.trim(),
        contentHash: hash,
        stepUp,
      });
      setOpen(false);
    } catch {}
  };
  return (
    <Region
      title="Break-glass"
      end={
        <Button size="sm" variant="quiet" blocked={answer.may ? undefined : answer.why} onClick={() => setOpen(true)}>
          Override the gate…
        </Button>
      }
    >
      <p className="max-w-[74ch] text-xs text-ink-3">
        {answer.may
          ? 'One risk officer or manager may pass checklist, approvals, soak and trades, with a reason. It raises an alert and opens a review that another person must close.'
          : answer.why}
      </p>
      <Panel
        open={isOpen}
        onOpenChange={setOpen}
        title={`Override: ${gateLabel(gate.gate).verb.toLowerCase()}`}
        description="Alone, loud, and reviewed by another person within two business days."
        footer={
          <>
            <Button onClick={() => setOpen(false)}>Cancel</Button>
            <Button
              variant="danger"
              sending={override.isPending}
              blocked={
                reason.trim().length < 3
                  ? 'Say why first.'
                  : factor.ready
                    ? undefined
                    : 'Give your second factor first.'
              }
              onClick={send}
            >
              {gateLabel(gate.gate).verb} anyway
            </Button>
          </>
        }
      >
        <div className="grid gap-4">
          <Note tone="crit" title="You pass over">
            <ul className="list-disc pl-4">
              {(answer.may ? answer.passed : gate.blockers).map((one) => (
                <li key={one.sentence}>
                  {one.certainty === 'unknown' && <strong>Unknown: </strong>}
                  {one.sentence}
                  {one.detail && <span className="block text-ink-3">{one.detail}</span>}
                </li>
              ))}
            </ul>
          </Note>
          <BoundContent launch={launch} gate={gate} />
          <Field label="Why this cannot wait" hint="Shown in the alert, on the page and in the review.">
            <Textarea value={reason} onChange={(event) => setReason(event.target.value)} />
          </Field>
          <SecondFactorField {...factor.field} />
          <FormStatus pending={override.isPending} error={override.error && wordsOf(override.error)} />
        </div>
      </Panel>
    </Region>
  );
}
