'use client';
import { useMutation } from '@tanstack/react-query';
import { useForm } from 'react-hook-form';
import type { Measure } from '@/server/risk/limit-definition';
import { FormStatus } from '../forms/form-status';
import { applyServerError } from '../forms/server-error';
import { useTRPC } from '../trpc';
import { Button } from '../ui/button';
import { Panel } from '../ui/dialog';
import { Field, Input, Textarea } from '../ui/field';
import { toast } from '../ui/toast';
import { fractionFrom, percentFrom } from './percent-fraction';

type General = { measure: Measure; appliesTo: 'portfolio' | 'strategy'; name: string; hard: string; line: string };
type Values = { reason: string; hard: string[] };

/** A new version of the limits: what is tighter is in force at once, what is looser waits for two people. */
export function ChangeLimitsPanel({
  portfolioId,
  limits,
  onClose,
}: {
  portfolioId: string;
  limits: readonly General[];
  onClose: () => void;
}) {
  const trpc = useTRPC();
  const form = useForm<Values>({ defaultValues: { reason: '', hard: limits.map((l) => percentFrom(l.hard)) } });
  const change = useMutation(trpc.risk.changeLimits.mutationOptions());
  const errors = form.formState.errors;
  const submit = form.handleSubmit(async ({ reason, hard }) => {
    const edits = limits.flatMap((limit, index) => {
      const fraction = fractionFrom(hard[index] ?? '');
      if (fraction === null) form.setError(`hard.${index}`, { message: 'A share such as 8 or 8.5, in per cent.' });
      return fraction === null || fraction === limit.hard ? [] : [{ ...limit, hard: fraction }];
    });
    if (limits.some((_, index) => fractionFrom(hard[index] ?? '') === null)) return;
    if (edits.length === 0) return form.setError('root.server', { message: 'No limit was changed.' });
    await change
      .mutateAsync({
        portfolioId,
        reason,
        edits: edits.map(({ measure, appliesTo, hard: value }) => ({ measure, appliesTo, hard: value })),
      })
      .then(({ text }) => {
        toast(text);
        onClose();
      })
      .catch((error) => applyServerError(form.setError, error));
  });
  return (
    <Panel
      open
      onOpenChange={(open) => !open && onClose()}
      title="Change limits"
      description="Tighter is in force at once. Looser waits for two people, Risk officers or Managers; until then nothing changes."
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button variant="primary" type="submit" form="change-limits" sending={change.isPending}>
            Save as a new version
          </Button>
        </>
      }
    >
      <form id="change-limits" onSubmit={submit} className="grid gap-4" noValidate>
        {limits.map((limit, index) => (
          <Field
            key={`${limit.measure}-${limit.appliesTo}`}
            label={`${limit.name}, per cent`}
            hint={`Now ${limit.line}`}
            error={errors.hard?.[index]?.message}
          >
            <Input {...form.register(`hard.${index}`)} inputMode="decimal" autoComplete="off" />
          </Field>
        ))}
        <Field label="Reason" hint="Shown with the version." error={errors.reason?.message}>
          <Textarea {...form.register('reason')} />
        </Field>
        <FormStatus pending={change.isPending} error={errors.root?.server?.message} />
      </form>
    </Panel>
  );
}
