'use client';
import { useMutation } from '@tanstack/react-query';
import { useForm } from 'react-hook-form';
import { FormPanel } from '../forms/form-panel';
import { useSubmit } from '../forms/use-submit';
import { useTRPC } from '../trpc';
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
  const submission = useSubmit(
    form,
    async ({ instrument, percent, days, reason }) => {
      const hard = fractionFrom(percent);
      if (hard === null) return form.setError('percent', { message: 'A share such as 90, in per cent.' });
      await override
        .mutateAsync({ portfolioId, instrument, hard, days: days === 'standing' ? null : Number(days), reason })
        .then(({ text }) => {
          toast(text);
          onClose();
        });
    },
    { hard: 'percent' },
  );
  return (
    <FormPanel
      title="Override a position limit"
      description="It stands in for the single-position limit of this instrument only, once two people approved it, Risk officers or Managers."
      submission={submission}
      submitLabel="Propose override"
      onClose={onClose}
    >
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
    </FormPanel>
  );
}
