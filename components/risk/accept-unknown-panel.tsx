'use client';
import { useMutation } from '@tanstack/react-query';
import { useForm } from 'react-hook-form';
import { FormPanel } from '../forms/form-panel';
import { useStepUp } from '../forms/step-up';
import { useSubmit } from '../forms/use-submit';
import { useTRPC } from '../trpc';
import { Statement } from '../ui/dialog';
import { Field, Textarea } from '../ui/field';
import { SecondFactorField } from '../ui/second-factor-field';
import { toast } from '../ui/toast';
import { unknownPairReason } from './pair-words';

/** A risk officer accepts by name that the correlation of a pair is unknown, for a time. */
export function AcceptUnknownPanel({
  portfolioId,
  pair,
  acceptance,
  overlap,
  onClose,
}: {
  portfolioId: string;
  pair: string;
  acceptance: { subject: string; days: number; contentHash: string };
  overlap: number;
  onClose: () => void;
}) {
  const trpc = useTRPC();
  const factor = useStepUp('risk.accept-unknown', acceptance.contentHash);
  const form = useForm<{ reason: string }>({ defaultValues: { reason: '' } });
  const accept = useMutation(trpc.risk.acceptUnknownPair.mutationOptions());
  const submission = useSubmit(form, async ({ reason }) => {
    const stepUp = await factor.obtain();
    if (!stepUp) return;
    const { subject, days } = acceptance;
    await accept.mutateAsync({ portfolioId, subject, days, reason, stepUp }).then(() => {
      toast(`Accepted for ${days} days.`);
      onClose();
    });
  });
  return (
    <FormPanel
      title="Accept an unknown correlation"
      description={`${pair}: ${unknownPairReason(overlap)}. A Risk officer accepts this by name.`}
      submission={submission}
      submitLabel="Sign acceptance"
      blocked={factor.ready ? undefined : 'Give your second factor first.'}
      onClose={onClose}
    >
      <Statement>
        The correlation of this pair is unknown. I accept for {acceptance.days} days that a launch may go from 50 % to
        100 % meanwhile. Should it become known, its limit counts at once.
      </Statement>
      <Field label="Reason" hint="Shown on the timeline." error={form.formState.errors.reason?.message}>
        <Textarea {...form.register('reason')} />
      </Field>
      <SecondFactorField {...factor.field} />
    </FormPanel>
  );
}
