'use client';
import { useMutation } from '@tanstack/react-query';
import { useForm } from 'react-hook-form';
import { FormPanel } from '../forms/form-panel';
import { useSubmit } from '../forms/use-submit';
import { useTRPC } from '../trpc';
import { Field, Textarea } from '../ui/field';

/** A person's words for the timeline. */
export function NotePanel({ emergencyId, onClose }: { emergencyId: string; onClose: () => void }) {
  const trpc = useTRPC();
  const form = useForm<{ text: string }>({ defaultValues: { text: '' } });
  const note = useMutation(trpc.emergency.note.mutationOptions());
  const submission = useSubmit(form, (values) => note.mutateAsync({ emergencyId, ...values }).then(onClose));
  return (
    <FormPanel title="Add note" submission={submission} submitLabel="Add note" onClose={onClose}>
      <Field label="Note" hint="Stays on the timeline with your name." error={form.formState.errors.text?.message}>
        <Textarea rows={5} {...form.register('text')} />
      </Field>
    </FormPanel>
  );
}
