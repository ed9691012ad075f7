'use client';
import { useMutation } from '@tanstack/react-query';
import { useForm } from 'react-hook-form';
import { FormStatus } from '../forms/form-status';
import { applyServerError } from '../forms/server-error';
import { useTRPC } from '../trpc';
import { Button } from '../ui/button';
import { Panel } from '../ui/dialog';
import { Field, Input, Select, Textarea } from '../ui/field';
import { toast } from '../ui/toast';
import { fractionFrom } from './percent-fraction';

type Values = { instrument: string; percent: string; days: string; reason: string };

/** A position limit of its own for one instrument, an index ETF say; two people approve it. */
export function OverridePanel({ portfolioId, onClose }: { portfolioId: string; onClose: () => void }) {
  const trpc = useTRPC();
  const form = useForm<Values>({ defaultValues: { instrument: '', percent: '', days: '5', reason: '' } });
  const override = useMutation(trpc.risk.overrideInstrument.mutationOptions());
  const errors = form.formState.errors;
  const submit = form.handleSubmit(async ({ instrument, percent, days, reason }) => {
    const hard = fractionFrom(percent);
    if (hard === null) return form.setError('percent', { message: 'A share such as 90, in per cent.' });
    await override
      .mutateAsync({ portfolioId, instrument, hard, days: days === 'standing' ? null : Number(days), reason })
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
      title="Override a position limit"
      description="It stands in for the single-position limit of this instrument only, once two people approved it, Risk officers or Managers."
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button variant="primary" type="submit" form="override" sending={override.isPending}>
            Propose override
          </Button>
        </>
      }
    >
      <form id="override" onSubmit={submit} className="grid gap-4" noValidate>
        <Field label="Instrument" hint="As the engine names it." error={errors.instrument?.message}>
          <Input {...form.register('instrument')} autoComplete="off" />
        </Field>
        <Field label="Position limit, per cent of equity" error={errors.percent?.message}>
          <Input {...form.register('percent')} inputMode="decimal" autoComplete="off" />
        </Field>
        <Field label="Ends" error={errors.days?.message}>
          <Select {...form.register('days')}>
            <option value="1">After 1 day</option>
            <option value="5">After 5 days</option>
            <option value="standing">Never: a standing limit</option>
          </Select>
        </Field>
        <Field label="Reason" hint="Shown with the override." error={errors.reason?.message}>
          <Textarea {...form.register('reason')} />
        </Field>
        <FormStatus pending={override.isPending} error={errors.root?.server?.message} />
      </form>
    </Panel>
  );
}
