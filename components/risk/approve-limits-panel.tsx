'use client';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import type { LimitVersionView } from '@/server/risk/views/view';
import { FormStatus } from '../forms/form-status';
import { wordsOf } from '../forms/server-error';
import { useStepUp } from '../forms/step-up';
import { useTRPC } from '../trpc';
import { Button } from '../ui/button';
import { Panel, Statement } from '../ui/dialog';
import { Field, Textarea } from '../ui/field';
import { SecondFactorField } from '../ui/second-factor-field';
import { toast } from '../ui/toast';

/** One of the two people who put a looser limit into force, or one person's rejection. */
export function ApproveLimitsPanel({ version, onClose }: { version: LimitVersionView; onClose: () => void }) {
  const trpc = useTRPC();
  const factor = useStepUp('risk.approve-limits', version.contentHash);
  const approve = useMutation(trpc.risk.approveLimits.mutationOptions());
  const reject = useMutation(trpc.risk.rejectLimits.mutationOptions());
  const [reason, setReason] = useState('');
  const [refusal, setRefusal] = useState<string | null>(null);
  const sign = async () => {
    const stepUp = await factor.obtain();
    if (!stepUp) return;
    await approve
      .mutateAsync({ limitSetId: version.id, stepUp })
      .then(({ text }) => {
        toast(text);
        onClose();
      })
      .catch((error) => setRefusal(wordsOf(error)));
  };
  const refuse = () =>
    reject
      .mutateAsync({ limitSetId: version.id, reason })
      .then(onClose)
      .catch((error) => setRefusal(wordsOf(error)));
  return (
    <Panel
      open
      onOpenChange={(open) => !open && onClose()}
      title={`Review ${version.title}`}
      description={`Proposed by ${version.proposedByName}: ${version.reason}`}
      footer={
        <>
          <Button
            variant="quiet"
            sending={reject.isPending}
            blocked={reason.trim().length < 3 ? 'Give a reason to reject it.' : undefined}
            onClick={() => void refuse()}
          >
            Reject
          </Button>
          <Button
            variant="primary"
            sending={approve.isPending}
            blocked={factor.ready ? undefined : 'Give your second factor first.'}
            onClick={() => void sign()}
          >
            Approve version
          </Button>
        </>
      }
    >
      <div className="grid gap-4">
        <Statement>I have looked at these limits and put them into force together with another person.</Statement>
        <ul className="grid gap-1">
          {version.lines.map((line) => (
            <li key={line}>{line}</li>
          ))}
        </ul>
        <p className="mono text-xs text-ink-3 wrap-anywhere">{version.contentHash}</p>
        <SecondFactorField {...factor.field} />
        <Field label="Reason to reject" optional hint="One person is enough to reject.">
          <Textarea value={reason} onChange={(event) => setReason(event.target.value)} />
        </Field>
        <FormStatus pending={approve.isPending || reject.isPending} error={refusal} />
      </div>
    </Panel>
  );
}
