'use client';
import { useMutation } from '@tanstack/react-query';
import { useForm } from 'react-hook-form';
import type { IncidentView } from '@/server/incidents/view-store';
import { FormStatus } from '../forms/form-status';
import { useSubmit } from '../forms/use-submit';
import { useTRPC } from '../trpc';
import { Button } from '../ui/button';
import { Field, Textarea } from '../ui/field';
import { Region } from '../ui/page';
import { toast } from '../ui/toast';

/** What happened, its effect, why it was possible and what helped, in a person's words. */
export function Review({ incident }: { incident: IncidentView }) {
  const trpc = useTRPC();
  const form = useForm<{ text: string }>({ defaultValues: { text: incident.review } });
  const save = useMutation(trpc.incidents.saveReview.mutationOptions());
  const { submit, pending, refusal } = useSubmit(form, (values) =>
    save.mutateAsync({ incidentId: incident.id, ...values }).then(() => toast('Review saved')),
  );
  if (incident.state === 'closed') {
    return (
      <Region title="Review">
        <p className="max-w-[74ch] whitespace-pre-line">{incident.review}</p>
      </Region>
    );
  }
  return (
    <Region title="Review">
      <form onSubmit={submit} className="grid gap-3" noValidate>
        <Field
          label="What happened, its effect, why it was possible, what helped"
          hint="Each version that is saved stays in the event log."
          error={form.formState.errors.text?.message}
        >
          <Textarea rows={8} {...form.register('text')} />
        </Field>
        <FormStatus pending={pending} error={refusal} />
        <div>
          <Button type="submit" sending={pending}>
            Save review
          </Button>
        </div>
      </form>
    </Region>
  );
}
