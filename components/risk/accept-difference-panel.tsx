'use client';
import { useMutation } from '@tanstack/react-query';
import { useForm } from 'react-hook-form';
import { FormPanel } from '../forms/form-panel';
import { useStepUp } from '../forms/step-up';
import { useSubmit } from '../forms/use-submit';
import { useTRPC } from '../trpc';
import { Statement } from '../ui/dialog';
import { Field, Textarea } from '../ui/field';
import { formatNumber } from '../ui/format';
import { SecondFactorField } from '../ui/second-factor-field';
import { toast } from '../ui/toast';

/** A risk officer or manager takes a difference as it is: equity and P&L are compared from here on. */
export function AcceptDifferencePanel({
  portfolioId,
  contentHash,
  upTo,
  amount,
  currency,
  onClose,
}: {
  portfolioId: string;
  contentHash: string;
  /** The most that the signature stands for: money, with its sign. */
  upTo: string;
  amount: string;
  currency: string;
  onClose: () => void;
}) {
  const trpc = useTRPC();
  const factor = useStepUp('risk.accept-difference', contentHash);
  const form = useForm<{ reason: string }>({ defaultValues: { reason: '' } });
  const accept = useMutation(trpc.risk.acceptDifference.mutationOptions());
  const submission = useSubmit(form, async ({ reason }) => {
    const stepUp = await factor.obtain();
    if (!stepUp) return;
    await accept.mutateAsync({ portfolioId, upTo, reason, stepUp }).then(() => {
      toast('The difference is accepted.');
      onClose();
    });
  });
  return (
    <FormPanel
      title="Accept the difference"
      description={`${amount} ${currency} between the change of equity and the P&L of the strategies.`}
      submission={submission}
      submitLabel="Sign difference"
      blocked={factor.ready ? undefined : 'Give your second factor first.'}
      onClose={onClose}
    >
      <Statement>
        I have compared the account with the venue and nobody can explain this difference, of at most{' '}
        {formatNumber(upTo)} {currency}. From here on equity and P&L are compared anew; the difference stays in the
        record.
      </Statement>
      <Field label="Reason" hint="Shown on the timeline." error={form.formState.errors.reason?.message}>
        <Textarea {...form.register('reason')} />
      </Field>
      <SecondFactorField {...factor.field} />
    </FormPanel>
  );
}
