'use client';
import { useMutation } from '@tanstack/react-query';
import { useForm } from 'react-hook-form';
import type { IncidentView } from '@/server/incidents/view-store';
import { FormStatus } from '../forms/form-status';
import { useSubmit } from '../forms/use-submit';
import { useTRPC } from '../trpc';
import { Button } from '../ui/button';
import { Checkbox, Field, Input } from '../ui/field';
import { Region } from '../ui/page';
import { Count, Status } from '../ui/status';

/** What is to be done; those that gate closure keep the incident open. */
export function FollowUps({ incident }: { incident: IncidentView }) {
  const trpc = useTRPC();
  const settle = useMutation(trpc.incidents.settleFollowUp.mutationOptions());
  return (
    <Region title="Follow-ups" tags={<Count>{incident.followUps.length}</Count>} flush>
      <ul aria-label="Follow-ups">
        {incident.followUps.map((item) => (
          <li
            key={item.id}
            className="flex flex-wrap items-center justify-between gap-2 border-t border-line px-4 py-2"
          >
            <span className="min-w-0 flex-1">
              {item.text} {item.gates && <span className="text-xs text-ink-3">gates closure</span>}
            </span>
            {item.doneAt ? (
              <Status kind="passed" detail={item.doneBy}>
                Done
              </Status>
            ) : incident.state === 'closed' ? (
              <Status kind="open" />
            ) : (
              <Button size="sm" onClick={() => settle.mutate({ incidentId: incident.id, followUpId: item.id })}>
                Mark done
              </Button>
            )}
          </li>
        ))}
      </ul>
      {incident.state !== 'closed' && <AddFollowUp incidentId={incident.id} />}
    </Region>
  );
}

function AddFollowUp({ incidentId }: { incidentId: string }) {
  const trpc = useTRPC();
  const form = useForm<{ text: string; gates: boolean }>({ defaultValues: { text: '', gates: true } });
  const add = useMutation(trpc.incidents.addFollowUp.mutationOptions());
  const { submit, pending, refusal } = useSubmit(form, (values) =>
    add.mutateAsync({ incidentId, ...values }).then(() => form.reset()),
  );
  return (
    <form onSubmit={submit} className="grid gap-2 border-t border-line px-4 py-3" noValidate>
      <Field label="Add a follow-up" error={form.formState.errors.text?.message}>
        <Input {...form.register('text')} />
      </Field>
      <Checkbox {...form.register('gates')}>Gates closure</Checkbox>
      <FormStatus pending={pending} error={refusal} />
      <div>
        <Button type="submit" size="sm" sending={pending}>
          Add
        </Button>
      </div>
    </form>
  );
}
