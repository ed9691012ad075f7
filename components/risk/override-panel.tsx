'use client';
import { useMutation } from '@tanstack/react-query';
import { useForm } from 'react-hook-form';
import type { Measure } from '@/server/risk/limit-definition';
import { FormPanel } from '../forms/form-panel';
import { useSubmit } from '../forms/use-submit';
import { useTRPC } from '../trpc';
import { Field, Input, Select, Textarea } from '../ui/field';
import { toast } from '../ui/toast';
import { fractionFrom } from './percent-fraction';

type General = { measure: Measure; appliesTo: 'portfolio' | 'strategy'; name: string; line: string };
type Values = { of: string; instrument: string; percent: string; starts: string; days: string; reason: string };
const ONE = 'instrument';
const HOUR = 3_600_000;
const keyOf = (limit: General) => `${limit.measure}-${limit.appliesTo}`;

/**
 * A limit of its own for one instrument, an index ETF say, or for a measure for some days. What is stricter throughout is in
 * force at once; anything else two people approve.
 */
export function OverridePanel({
  portfolioId,
  limits,
  onClose,
}: {
  portfolioId: string;
  limits: readonly General[];
  onClose: () => void;
}) {
  const trpc = useTRPC();
  const form = useForm<Values>({
    defaultValues: { of: ONE, instrument: '', percent: '', starts: '', days: '5', reason: '' },
  });
  const override = useMutation(trpc.risk.overrideLimit.mutationOptions());
  const errors = form.formState.errors;
  const chosen = limits.find((limit) => keyOf(limit) === form.watch('of'));
  const submission = useSubmit(
    form,
    async ({ instrument, percent, starts, days, reason }) => {
      const hard = fractionFrom(percent);
      if (hard === null) return form.setError('percent', { message: 'A share such as 90, in per cent.' });
      if (!/^\d{0,3}$/.test(starts.trim())) return form.setError('starts', { message: 'Whole hours, such as 12.' });
      if (days === 'standing' && chosen) return form.setError('days', { message: 'It ends after 5 days at most.' });
      await override
        .mutateAsync({
          portfolioId,
          measure: chosen?.measure ?? 'position',
          appliesTo: chosen?.appliesTo ?? 'portfolio',
          instrument: chosen ? null : instrument,
          hard,
          startsAt: Number(starts) > 0 ? new Date(Date.now() + Number(starts) * HOUR) : null,
          days: days === 'standing' ? null : Number(days),
          reason,
        })
        .then(({ text }) => {
          toast(text);
          onClose();
        });
    },
    { hard: 'percent', startsAt: 'starts', measure: 'of' },
  );
  return (
    <FormPanel
      title={chosen ? 'Override a limit for a time' : 'Override a position limit'}
      description={`It stands in for ${chosen ? 'this limit' : 'the single-position limit of this instrument only'}, once two people approved it, Risk officers or Managers. Where it is stricter than what holds throughout its life, it is in force at once.`}
      submission={submission}
      submitLabel="Propose override"
      onClose={onClose}
    >
      <Field label="Override of" hint={chosen && `Now ${chosen.line}.`} error={errors.of?.message}>
        <Select {...form.register('of')}>
          <option value={ONE}>The position in one name</option>
          {limits.map((limit) => (
            <option key={keyOf(limit)} value={keyOf(limit)}>
              {limit.name}
            </option>
          ))}
        </Select>
      </Field>
      {!chosen && (
        <Field label="Instrument" hint="As the engine names it." error={errors.instrument?.message}>
          <Input {...form.register('instrument')} autoComplete="off" />
        </Field>
      )}
      <Field
        label={chosen ? 'Hard limit, per cent' : 'Position limit, per cent of equity'}
        error={errors.percent?.message}
      >
        <Input {...form.register('percent')} inputMode="decimal" autoComplete="off" />
      </Field>
      <Field
        label="Begins after, hours"
        optional
        hint="Left empty it begins at once, or with its second approval."
        error={errors.starts?.message}
      >
        <Input {...form.register('starts')} inputMode="numeric" autoComplete="off" />
      </Field>
      <Field label="Ends" error={errors.days?.message}>
        <Select {...form.register('days')}>
          <option value="1">After 1 day</option>
          <option value="2">After 2 days</option>
          <option value="5">After 5 days</option>
          {!chosen && <option value="standing">Never: a standing limit</option>}
        </Select>
      </Field>
      <Field label="Reason" hint="Shown with the override." error={errors.reason?.message}>
        <Textarea {...form.register('reason')} />
      </Field>
    </FormPanel>
  );
}
