'use client';
import { useMutation } from '@tanstack/react-query';
import { useForm } from 'react-hook-form';
import { FormStatus } from '../forms/form-status';
import { applyServerError } from '../forms/server-error';
import { useTRPC } from '../trpc';
import { Button } from '../ui/button';
import { Panel } from '../ui/dialog';
import { Field, Textarea } from '../ui/field';

/** A person's words for the timeline. */
export function NotePanel({ emergencyId, onClose }: { emergencyId: string; onClose: () => void }) {
  const trpc = useTRPC();
  const form = useForm<{ text: string }>({ defaultValues: { text: '' } });
  const note = useMutation(trpc.emergency.note.mutationOptions());
  const submit = form.handleSubmit((values) =>
    note
      .mutateAsync({ emergencyId, ...values })
      .then(onClose)
      .catch((error) => applyServerError(form.setError, error)),
  );
  return (
    <Panel
      open
      onOpenChange={(open) => !open && onClose()}
      title="Add note"
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button variant="primary" type="submit" form="emergency-note" sending={note.isPending}>
            Add note
          </Button>
        </>
      }
    >
      <form id="emergency-note" onSubmit={submit} className="grid gap-4" noValidate>
        <Field label="Note" hint="Stays on the timeline with your name." error={form.formState.errors.text?.message}>
          <Textarea rows={5} {...form.register('text')} />
        </Field>
        <FormStatus pending={note.isPending} error={form.formState.errors.root?.server?.message} />
      </form>
    </Panel>
  );
}
