'use client';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { useForm } from 'react-hook-form';
import type { AlertDetail } from '@/server/alerts/view';
import { FormPanel } from '../forms/form-panel';
import { wordsOf } from '../forms/server-error';
import { useSubmit } from '../forms/use-submit';
import { useTRPC } from '../trpc';
import { Button } from '../ui/button';
import { Field, Fieldset, RadioCard, Textarea } from '../ui/field';
import { Note } from '../ui/note';

type Values = { hours: string; reason: string };

/** Silences an alert with an end and a reason, or ends its silence. */
export function SilenceControl({ alert, touch = false }: { alert: AlertDetail; touch?: boolean }) {
  const trpc = useTRPC();
  const [isOpen, setOpen] = useState(false);
  const end = useMutation(trpc.alerts.unsilence.mutationOptions());
  if (alert.state === 'resolved' || alert.state === 'pending') return null;
  if (alert.state === 'silenced') {
    return (
      <>
        {end.error && <Note tone="high" role="alert" title={wordsOf(end.error)} />}
        <Button size={touch ? 'touch' : 'lg'} sending={end.isPending} onClick={() => end.mutate({ id: alert.id })}>
          End the silence
        </Button>
      </>
    );
  }
  return (
    <>
      <Button
        size={touch ? 'touch' : 'lg'}
        blocked={alert.may.silence ? undefined : alert.may.silenceRefusal}
        onClick={() => setOpen(true)}
      >
        Silence…
      </Button>
      {isOpen && <SilencePanel alert={alert} onClose={() => setOpen(false)} />}
    </>
  );
}

function SilencePanel({ alert, onClose }: { alert: AlertDetail; onClose: () => void }) {
  const trpc = useTRPC();
  const form = useForm<Values>({ defaultValues: { hours: '1', reason: '' } });
  const silence = useMutation(trpc.alerts.silence.mutationOptions());
  const errors = form.formState.errors;
  const choices = [1, 2, 4, 8, 24].filter((hours) => hours <= alert.may.silenceHours);
  const submission = useSubmit(form, ({ hours, reason }) =>
    silence.mutateAsync({ id: alert.id, reason, hours: Number(hours) }).then(onClose),
  );
  return (
    <FormPanel
      title={`Silence ${alert.number}`}
      description={alert.title}
      submission={submission}
      submitLabel="Silence"
      leaveLabel="Leave it"
      onClose={onClose}
    >
      <p className="text-ink-2">
        Nobody is told of it until the silence ends. It stays in the list and counts against every gate as before. If it
        gets worse, the silence ends at once.
      </p>
      <Fieldset legend="For how long" error={errors.hours?.message}>
        {choices.map((hours) => (
          <RadioCard key={hours} title={`${hours} h`} value={String(hours)} {...form.register('hours')} />
        ))}
      </Fieldset>
      <Field label="Why" hint="Shown beside the alert." error={errors.reason?.message}>
        <Textarea {...form.register('reason')} />
      </Field>
    </FormPanel>
  );
}
