'use client';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { useForm } from 'react-hook-form';
import type { LaunchPage, StepView } from '@/server/launch/view';
import { FormPanel } from '../forms/form-panel';
import { useSubmit } from '../forms/use-submit';
import { useTRPC } from '../trpc';
import { Button } from '../ui/button';
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
  const done = () => {
    setOpen(false);
    form.reset();
  };
  const submission = useSubmit(form, ({ tranche, ...text }) => {
    const sent = step
      ? edit.mutateAsync({ stepId: step.id, ...text })
      : add.mutateAsync({
          launchId: launch.id,
          phase,
          tranche: phase === 4 ? (Number(tranche) as 10 | 50 | 100) : null,
          ...text,
        });
    return sent.then(done);
  });
  const removal = useSubmit(form, () => step && remove.mutateAsync({ stepId: step.id }).then(done));
  return (
    <>
      <Button size="sm" variant="quiet" onClick={() => setOpen(true)}>
        {step ? 'Edit' : 'Add step…'}
      </Button>
      <FormPanel
        open={isOpen}
        title={step ? `Edit step: ${step.title}` : `Add a step to phase ${phase}`}
        description="Commands are data of this launch. What already ran keeps its recorded command."
        label={step ? 'Edit step' : 'Add step'}
        submission={submission}
        submitLabel={step ? 'Save step' : 'Add step'}
        aside={
          step &&
          step.runs.length === 0 && (
            <Button variant="quiet" className="mr-auto" sending={removal.pending} onClick={removal.submit}>
              Remove step
            </Button>
          )
        }
        onClose={() => setOpen(false)}
      >
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
      </FormPanel>
    </>
  );
}
