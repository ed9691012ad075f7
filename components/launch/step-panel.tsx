'use client';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { useForm } from 'react-hook-form';
import type { LaunchPage, StepView } from '@/server/launch/view';
import { FormStatus } from '../forms/form-status';
import { applyServerError } from '../forms/server-error';
import { useTRPC } from '../trpc';
import { Button } from '../ui/button';
import { Panel } from '../ui/dialog';
import { Field, Input, Select, Textarea } from '../ui/field';

type Values = { title: string; command: string; rollbackCommand: string; tranche: string };

/** Edits a step of the runbook, or adds one to a phase. */
export function StepPanel({ launch, phase, step }: { launch: LaunchPage; phase: 1 | 2 | 3 | 4; step?: StepView }) {
  const trpc = useTRPC();
  const [isOpen, setOpen] = useState(false);
  const form = useForm<Values>({
    values: {
      title: step?.title ?? '',
      command: step?.command ?? '',
      rollbackCommand: step?.rollbackCommand ?? '',
      tranche: String(step?.tranche ?? 10),
    },
    resetOptions: { keepDirtyValues: true },
  });
  const edit = useMutation(trpc.launches.editStep.mutationOptions());
  const add = useMutation(trpc.launches.addStep.mutationOptions());
  const remove = useMutation(trpc.launches.removeStep.mutationOptions());
  const { errors } = form.formState;
  const pending = edit.isPending || add.isPending || remove.isPending;
  const done = () => {
    setOpen(false);
    form.reset();
  };
  const refused = (error: unknown) => applyServerError(form.setError, error);
  const submit = form.handleSubmit(({ tranche, ...text }) => {
    const sent = step
      ? edit.mutateAsync({ stepId: step.id, ...text })
      : add.mutateAsync({
          launchId: launch.id,
          phase,
          tranche: phase === 4 ? (Number(tranche) as 10 | 50 | 100) : null,
          ...text,
        });
    return sent.then(done).catch(refused);
  });
  return (
    <>
      <Button size="sm" variant="quiet" onClick={() => setOpen(true)}>
        {step ? 'Edit' : 'Add step…'}
      </Button>
      <Panel
        open={isOpen}
        onOpenChange={setOpen}
        title={step ? `Edit step: ${step.title}` : `Add a step to phase ${phase}`}
        description="Commands are data of this launch. What already ran keeps its recorded command."
        footer={
          <>
            {step && step.runs.length === 0 && (
              <Button
                variant="quiet"
                className="mr-auto"
                sending={remove.isPending}
                onClick={() => remove.mutateAsync({ stepId: step.id }).then(done).catch(refused)}
              >
                Remove step
              </Button>
            )}
            <Button onClick={() => setOpen(false)}>Cancel</Button>
            <Button variant="primary" sending={edit.isPending || add.isPending} onClick={submit}>
              {step ? 'Save step' : 'Add step'}
            </Button>
          </>
        }
      >
        <form onSubmit={submit} className="grid gap-4" noValidate aria-label={step ? 'Edit step' : 'Add step'}>
          <Field label="Title" error={errors.title?.message}>
            <Input autoComplete="off" {...form.register('title')} />
          </Field>
          <Field label="Command" hint="Name images by their digest, never `latest`." error={errors.command?.message}>
            <Textarea className="mono" {...form.register('command')} />
          </Field>
          <Field label="Rollback command" optional error={errors.rollbackCommand?.message}>
            <Textarea className="mono" {...form.register('rollbackCommand')} />
          </Field>
          {!step && phase === 4 && (
            <Field label="Before tranche" error={errors.tranche?.message}>
              <Select {...form.register('tranche')}>
                {[10, 50, 100].map((one) => (
                  <option key={one} value={one}>
                    {one} %
                  </option>
                ))}
              </Select>
            </Field>
          )}
          <FormStatus pending={pending} error={errors.root?.server?.message} />
        </form>
      </Panel>
    </>
  );
}
