'use client';
import { useMutation } from '@tanstack/react-query';
import { useForm } from 'react-hook-form';
import type { LatchView } from '@/server/risk/views/view';
import { FormPanel } from '../forms/form-panel';
import { useSubmit } from '../forms/use-submit';
import { useTRPC } from '../trpc';
import { Statement } from '../ui/dialog';
import { Field, Textarea } from '../ui/field';
import { toast } from '../ui/toast';

/** Another person's review of a halt that was lifted before its time. */
export function FalseAlarmPanel({ latch, onClose }: { latch: LatchView; onClose: () => void }) {
  const trpc = useTRPC();
  const form = useForm<{ note: string }>({ defaultValues: { note: '' } });
  const review = useMutation(trpc.risk.reviewFalseAlarm.mutationOptions());
  const submission = useSubmit(form, async ({ note }) => {
    await review.mutateAsync({ latchId: latch.id, note }).then(() => {
      toast('The review is closed.');
      onClose();
    });
  });
  return (
    <FormPanel
      title="Review a false alarm"
      description={`${latch.state} of ${latch.place}: ${latch.reason}. Lifted: ${latch.liftReason ?? ''}`}
      submission={submission}
      submitLabel="Close review"
      onClose={onClose}
    >
      <Statement>{latch.correctedData ?? 'No corrected data was attached.'}</Statement>
      <Field
        label="Finding"
        hint="Whether the data were wrong, and what follows."
        error={form.formState.errors.note?.message}
      >
        <Textarea {...form.register('note')} />
      </Field>
    </FormPanel>
  );
}
