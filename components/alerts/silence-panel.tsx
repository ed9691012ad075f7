'use client';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { useForm } from 'react-hook-form';
import type { AlertDetail } from '@/server/alerts/view';
import { FormStatus } from '../forms/form-status';
import { applyServerError, wordsOf } from '../forms/server-error';
import { useTRPC } from '../trpc';
import { Button } from '../ui/button';
import { Panel } from '../ui/dialog';
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
  const submit = form.handleSubmit(({ hours, reason }) =>
    silence
      .mutateAsync({ id: alert.id, reason, hours: Number(hours) })
      .then(onClose)
      .catch((error) => applyServerError(form.setError, error)),
  );
  return (
    <Panel
      open
      onOpenChange={(open) => !open && onClose()}
      title={`Silence ${alert.number}`}
      description={alert.title}
      footer={
        <>
          <Button onClick={onClose}>Leave it</Button>
          <Button variant="primary" sending={silence.isPending} onClick={() => void submit()}>
            Silence
          </Button>
        </>
      }
    >
      <form onSubmit={submit} noValidate className="grid gap-4">
        <p className="text-ink-2">
          Nobody is told of it until the silence ends. It stays in the list and counts against every gate as before. If
          it gets worse, the silence ends at once.
        </p>
        <Fieldset legend="For how long">
          {choices.map((hours) => (
            <RadioCard key={hours} title={`${hours} h`} value={String(hours)} {...form.register('hours')} />
          ))}
        </Fieldset>
        <Field label="Why" hint="Shown beside the alert." error={errors.reason?.message}>
          <Textarea {...form.register('reason')} />
        </Field>
        <FormStatus pending={silence.isPending} error={errors.root?.server?.message} />
      </form>
    </Panel>
  );
}
