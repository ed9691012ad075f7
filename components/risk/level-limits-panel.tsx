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
type Values = { level: string; limit: string; percent: string; reason: string };
const FIRM = 'firm';
const keyOf = (limit: General) => `${limit.measure}-${limit.appliesTo}`;

/** A limit of the whole firm or of one strategy, beside the portfolio's own: the strictest counts. */
export function LevelLimitsPanel({
  portfolioId,
  strategies,
  ofFirm,
  mayLoosen,
  limits,
  onClose,
}: {
  portfolioId: string;
  strategies: readonly { id: string; name: string; ownerId: string }[];
  /** The whole firm is offered too. */
  ofFirm: boolean;
  /** A looser limit may be proposed; otherwise only a stricter one is set. */
  mayLoosen: boolean;
  limits: readonly General[];
  onClose: () => void;
}) {
  const trpc = useTRPC();
  const form = useForm<Values>({
    defaultValues: { level: strategies[0]?.id ?? FIRM, limit: '', percent: '', reason: '' },
  });
  const change = useMutation(trpc.risk.changeLevelLimits.mutationOptions());
  const errors = form.formState.errors;
  const level = form.watch('level');
  const offered = level === FIRM ? limits : limits.filter((limit) => limit.appliesTo === 'strategy');
  const chosen = offered.find((limit) => keyOf(limit) === form.watch('limit')) ?? offered[0];
  const submission = useSubmit(
    form,
    async ({ percent, reason }) => {
      const hard = fractionFrom(percent);
      if (hard === null) return form.setError('percent', { message: 'A share such as 8 or 8.5, in per cent.' });
      if (!chosen) return;
      await change
        .mutateAsync({
          portfolioId,
          level: level === FIRM ? { kind: 'firm' } : { kind: 'strategy', strategyId: level },
          edits: [{ measure: chosen.measure, appliesTo: chosen.appliesTo, hard }],
          reason,
        })
        .then(({ text }) => {
          toast(text);
          onClose();
        });
    },
    { edits: 'percent', ...(chosen && { [chosen.measure]: 'percent' as const }) },
  );
  return (
    <FormPanel
      title={ofFirm ? 'Limit the firm or one strategy' : 'Limit one strategy'}
      description={`It stands beside the limits of the portfolio; for the same measure the strictest counts. ${
        mayLoosen
          ? 'Tighter is in force at once, a strategy’s own by its owner too; looser waits for two people.'
          : 'You may make it tighter, at once and alone; a looser one is proposed by a Quant, Risk officer or Manager.'
      } One that would be breached at once is set by a Risk officer or Manager.`}
      submission={submission}
      submitLabel="Save as a new version"
      onClose={onClose}
    >
      <Field label="Holds for" error={errors.level?.message}>
        <Select {...form.register('level')}>
          {strategies.map(({ id, name }) => (
            <option key={id} value={id}>
              {name}
            </option>
          ))}
          {ofFirm && <option value={FIRM}>The whole firm</option>}
        </Select>
      </Field>
      <Field label="Limit" hint={chosen && `Of the portfolio: ${chosen.line}`}>
        <Select {...form.register('limit')}>
          {offered.map((limit) => (
            <option key={keyOf(limit)} value={keyOf(limit)}>
              {limit.name}
            </option>
          ))}
        </Select>
      </Field>
      <Field label="Hard limit, per cent" error={errors.percent?.message}>
        <Input {...form.register('percent')} inputMode="decimal" autoComplete="off" />
      </Field>
      <Field label="Reason" hint="Shown with the version." error={errors.reason?.message}>
        <Textarea {...form.register('reason')} />
      </Field>
    </FormPanel>
  );
}
