'use client';
import { useMutation } from '@tanstack/react-query';
import { useRef, useState } from 'react';
import { useForm } from 'react-hook-form';
import type { StepView } from '@/server/launch/view';
import { FormPanel } from '../forms/form-panel';
import { useSubmit } from '../forms/use-submit';
import { useTRPC } from '../trpc';
import { Button } from '../ui/button';
import { Field, Input, Textarea } from '../ui/field';

type Values = { exitCode: string; seconds: string; command: string; output: string };

const number = (text: string) => (text.trim() === '' ? Number.NaN : Number(text.replace(',', '.')));

/** Records what came of a step that somebody ran, or of its rollback. Nothing is run from here. */
export function RecordPanel({ step, kind }: { step: StepView; kind: 'run' | 'rollback' }) {
  const trpc = useTRPC();
  const [isOpen, setOpen] = useState(false);
  // One key per opening: a press that is repeated for want of an answer records nothing twice.
  const key = useRef('');
  const command = kind === 'run' ? step.command : step.rollbackCommand;
  const form = useForm<Values>({ defaultValues: { exitCode: '', seconds: '', command, output: '' } });
  const record = useMutation(trpc.launches.recordStep.mutationOptions());
  const { errors } = form.formState;
  const open = (next: boolean) => {
    if (next) key.current = crypto.randomUUID();
    setOpen(next);
  };
  const submission = useSubmit(
    form,
    (values) =>
      record
        .mutateAsync({
          stepId: step.id,
          kind,
          exitCode: number(values.exitCode),
          durationMs: Math.round(number(values.seconds) * 1000),
          output: values.output,
          command: values.command,
          idempotencyKey: key.current,
        })
        .then(() => {
          setOpen(false);
          form.reset();
        }),
    { durationMs: 'seconds' },
  );
  return (
    <>
      <Button size="sm" variant={kind === 'run' ? 'default' : 'quiet'} onClick={() => open(true)}>
        {kind === 'run' ? 'Record…' : 'Record rollback…'}
      </Button>
      <FormPanel
        open={isOpen}
        title={kind === 'run' ? `Record: ${step.title}` : `Record the rollback of: ${step.title}`}
        description="Say what was run and what came of it. Nothing is run from here."
        label={`Record ${step.title}`}
        submission={submission}
        submitLabel="Record"
        onClose={() => setOpen(false)}
      >
        <Field label="Command that was run" error={errors.command?.message}>
          <Textarea className="mono" {...form.register('command')} />
        </Field>
        <div className="grid grid-cols-2 gap-4">
          <Field label="Exit code" hint="0 is success." error={errors.exitCode?.message}>
            <Input inputMode="numeric" autoComplete="off" {...form.register('exitCode')} />
          </Field>
          <Field label="Duration in seconds" error={errors.seconds?.message}>
            <Input inputMode="decimal" autoComplete="off" {...form.register('seconds')} />
          </Field>
        </div>
        <Field label="Output" optional error={errors.output?.message}>
          <Textarea rows={8} className="mono" {...form.register('output')} />
        </Field>
      </FormPanel>
    </>
  );
}
