'use client';
import { useMutation } from '@tanstack/react-query';
import { useForm } from 'react-hook-form';
import { FormStatus } from '../forms/form-status';
import { applyServerError } from '../forms/server-error';
import { useStepUp } from '../forms/step-up';
import { useTRPC } from '../trpc';
import { Button } from '../ui/button';
import { Panel, Statement } from '../ui/dialog';
import { Field, Textarea } from '../ui/field';
import { SecondFactorField } from '../ui/second-factor-field';
import { toast } from '../ui/toast';

/** A risk officer or manager takes a difference as it is: equity and P&L are compared from here on. */
export function AcceptDifferencePanel({
  portfolioId,
  contentHash,
  amount,
  onClose,
}: {
  portfolioId: string;
  contentHash: string;
  amount: string;
  onClose: () => void;
}) {
  const trpc = useTRPC();
  const factor = useStepUp('risk.accept-difference', contentHash);
  const form = useForm<{ reason: string }>({ defaultValues: { reason: '' } });
  const accept = useMutation(trpc.risk.acceptDifference.mutationOptions());
  const submit = form.handleSubmit(async ({ reason }) => {
    const stepUp = await factor.obtain();
    if (!stepUp) return;
    await accept
      .mutateAsync({ portfolioId, reason, stepUp })
      .then(() => {
        toast('The difference is accepted.');
        onClose();
      })
      .catch((error) => applyServerError(form.setError, error));
  });
  return (
    <Panel
      open
      onOpenChange={(open) => !open && onClose()}
      title="Accept the difference"
      description={`${amount} between the change of equity and the P&L of the strategies.`}
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button
            variant="primary"
            type="submit"
            form="accept-difference"
            sending={accept.isPending}
            blocked={factor.ready ? undefined : 'Give your second factor first.'}
          >
            Sign difference
          </Button>
        </>
      }
    >
      <form id="accept-difference" onSubmit={submit} className="grid gap-4" noValidate>
        <Statement>
          I have compared the account with the venue and nobody can explain this difference. From here on equity and P&L
          are compared anew; the difference stays in the record.
        </Statement>
        <Field label="Reason" hint="Shown on the timeline." error={form.formState.errors.reason?.message}>
          <Textarea {...form.register('reason')} />
        </Field>
        <SecondFactorField {...factor.field} />
        <FormStatus pending={accept.isPending} error={form.formState.errors.root?.server?.message} />
      </form>
    </Panel>
  );
}
