'use client';
import { useMutation } from '@tanstack/react-query';
import { useForm } from 'react-hook-form';
import type { LatchView } from '@/server/risk/view';
import { FormStatus } from '../forms/form-status';
import { applyServerError } from '../forms/server-error';
import { useTRPC } from '../trpc';
import { Button } from '../ui/button';
import { Panel, Statement } from '../ui/dialog';
import { Field, Textarea } from '../ui/field';
import { toast } from '../ui/toast';

/** Another person's review of a halt that was lifted before its time. */
export function FalseAlarmPanel({ latch, onClose }: { latch: LatchView; onClose: () => void }) {
  const trpc = useTRPC();
  const form = useForm<{ note: string }>({ defaultValues: { note: '' } });
  const review = useMutation(trpc.risk.reviewFalseAlarm.mutationOptions());
  const submit = form.handleSubmit(async ({ note }) => {
    await review
      .mutateAsync({ latchId: latch.id, note })
      .then(() => {
        toast('The review is closed.');
        onClose();
      })
      .catch((error) => applyServerError(form.setError, error));
  });
  return (
    <Panel
      open
      onOpenChange={(open) => !open && onClose()}
      title="Review a false alarm"
      description={`${latch.state} of ${latch.place}: ${latch.reason}. Lifted: ${latch.liftReason ?? ''}`}
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button variant="primary" type="submit" form="false-alarm" sending={review.isPending}>
            Close review
          </Button>
        </>
      }
    >
      <form id="false-alarm" onSubmit={submit} className="grid gap-4" noValidate>
        <Statement>{latch.correctedData ?? 'No corrected data was attached.'}</Statement>
        <Field
          label="Finding"
          hint="Whether the data were wrong, and what follows."
          error={form.formState.errors.note?.message}
        >
          <Textarea {...form.register('note')} />
        </Field>
        <FormStatus pending={review.isPending} error={form.formState.errors.root?.server?.message} />
      </form>
    </Panel>
  );
}
