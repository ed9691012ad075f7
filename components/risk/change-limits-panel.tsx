'use client';
import { useMutation } from '@tanstack/react-query';
import { useForm } from 'react-hook-form';
import { AUTOMATIC_KINDS, AUTOMATIC_LABEL, type AutomaticKind } from '@/server/risk/breaches/automatic-policy';
import { DRAWDOWN_BASES, type DrawdownBasis } from '@/server/risk/equity-curve';
import { MEASURE_LABEL, type Measure } from '@/server/risk/limit-definition';
import { CONFIRMED_MEASURES } from '@/server/risk/limit-sets/limit-rules';
import { FormPanel } from '../forms/form-panel';
import { useSubmit } from '../forms/use-submit';
import { useTRPC } from '../trpc';
import { Checkbox, Field, Input, Select, Textarea } from '../ui/field';
import { toast } from '../ui/toast';
import { fractionFrom, percentFrom } from './percent-fraction';
import { type Counts, type CountTexts, countTexts, rulesFrom } from './rules-form';

type General = {
  measure: Measure;
  appliesTo: 'portfolio' | 'strategy';
  name: string;
  hard: string;
  soft: string | null;
  recovery: string | null;
  line: string;
  rules: string;
};
type Row = { hard: string; soft: string; recovery: string };
type Values = {
  reason: string;
  basis: DrawdownBasis;
  automatic: AutomaticKind[];
  rows: Row[];
  age: string;
  counts: CountTexts;
};
const TIERS = ['hard', 'soft', 'recovery'] as const;
const TIER_WORD = { hard: 'per cent', soft: 'soft tier', recovery: 'clears at' } as const;
const BASIS_WORD: Record<DrawdownBasis, string> = {
  'since-start': 'Highest value since the start',
  'trailing-90d': 'Highest value of the last 90 days',
  'end-of-day': 'Highest close of a day',
};

const textOf = (limit: General): Row => ({
  hard: percentFrom(limit.hard),
  soft: limit.soft === null ? '' : percentFrom(limit.soft),
  recovery: limit.recovery === null ? '' : percentFrom(limit.recovery),
});

/** A new version of the limits: what is tighter is in force at once, what is looser waits for two people. */
export function ChangeLimitsPanel({
  portfolioId,
  limits,
  basis,
  automatic,
  maxAgeMs,
  counts,
  onClose,
}: {
  portfolioId: string;
  limits: readonly General[];
  basis: DrawdownBasis;
  automatic: readonly AutomaticKind[];
  maxAgeMs: number;
  counts: Counts;
  onClose: () => void;
}) {
  const trpc = useTRPC();
  const form = useForm<Values>({
    defaultValues: {
      reason: '',
      basis,
      automatic: [...automatic],
      rows: limits.map(textOf),
      age: String(maxAgeMs / 1000),
      counts: countTexts(counts),
    },
  });
  const change = useMutation(trpc.risk.changeLimits.mutationOptions());
  const errors = form.formState.errors;
  const submission = useSubmit(
    form,
    async (values) => {
      const edits = limits.flatMap((limit, index) => {
        const before = textOf(limit);
        const row = values.rows[index] ?? before;
        if (TIERS.every((tier) => row[tier].trim() === before[tier])) return [];
        const fractions = TIERS.map((tier) =>
          tier !== 'hard' && row[tier].trim() === '' ? '' : fractionFrom(row[tier]),
        );
        fractions.forEach((fraction, at) => {
          const tier = TIERS[at] as (typeof TIERS)[number];
          if (fraction === null)
            form.setError(`rows.${index}.${tier}`, { message: 'A share such as 8 or 8.5, in per cent.' });
        });
        const [hard, soft, recovery] = fractions;
        if (!hard || soft === null || recovery === null) return [null];
        const { measure, appliesTo } = limit;
        return [{ measure, appliesTo, hard, soft: soft || undefined, recovery: recovery || undefined }];
      });
      const whole = edits.filter((edit) => edit !== null);
      if (whole.length < edits.length) return;
      const moved = values.basis === basis ? undefined : values.basis;
      const isSame = AUTOMATIC_KINDS.every((kind) => values.automatic.includes(kind) === automatic.includes(kind));
      const chosen = isSame ? undefined : values.automatic;
      const rules = rulesFrom(values, { maxAgeMs, counts });
      if (rules === null)
        return form.setError('age', { message: 'Whole numbers: seconds, and how many of how many samples.' });
      if (whole.length === 0 && !moved && !chosen && !rules)
        return form.setError('root.server', { message: 'No limit was changed.' });
      await change
        .mutateAsync({ portfolioId, reason: values.reason, edits: whole, basis: moved, automatic: chosen, rules })
        .then(({ text }) => {
          toast(text);
          onClose();
        });
    },
    { rules: 'age' },
  );
  return (
    <FormPanel
      title="Change limits"
      description="Tighter is in force at once. Looser waits for two people, Risk officers or Managers; until then nothing changes."
      submission={submission}
      submitLabel="Save as a new version"
      onClose={onClose}
    >
      {limits.map((limit, index) => (
        <fieldset key={`${limit.measure}-${limit.appliesTo}`} className="grid gap-1.5">
          <legend className="sr-only">{limit.name}</legend>
          <div className="grid grid-cols-3 items-end gap-2">
            {TIERS.map((tier) => (
              <Field
                key={tier}
                label={`${limit.name}, ${TIER_WORD[tier]}`}
                optional={tier !== 'hard'}
                error={errors.rows?.[index]?.[tier]?.message}
              >
                <Input {...form.register(`rows.${index}.${tier}`)} inputMode="decimal" autoComplete="off" />
              </Field>
            ))}
          </div>
          <p className="text-xs text-ink-3">
            Now {limit.line}. {limit.rules}
          </p>
        </fieldset>
      ))}
      <Field
        label="Drawdown is measured from"
        hint="A mark that forgets is looser: two people put it into force."
        error={errors.basis?.message}
      >
        <Select {...form.register('basis')}>
          {DRAWDOWN_BASES.map((one) => (
            <option key={one} value={one}>
              {BASIS_WORD[one]}
            </option>
          ))}
        </Select>
      </Field>
      <fieldset className="grid gap-1.5">
        <legend className="text-xs text-ink-2">Sent at once, without waiting for a person</legend>
        {AUTOMATIC_KINDS.map((kind) => (
          <Checkbox key={kind} value={kind} {...form.register('automatic')}>
            {AUTOMATIC_LABEL[kind].replace(/^./, (first) => first.toUpperCase())}
          </Checkbox>
        ))}
        <p className="text-xs text-ink-3">
          Two people change this, Risk officers or Managers: it approves every such action ahead. After three actions of
          one limit in a day a person decides. A correlated pair is never cut by itself.
        </p>
      </fieldset>
      <fieldset className="grid gap-1.5">
        <legend className="text-xs text-ink-2">A breach is confirmed by</legend>
        <div className="grid grid-cols-2 gap-2">
          {CONFIRMED_MEASURES.map((measure) => (
            <Field key={measure} label={`${MEASURE_LABEL[measure]}, samples`}>
              <Input {...form.register(`counts.${measure}`)} autoComplete="off" placeholder="2 of 3" />
            </Field>
          ))}
        </div>
        <p className="text-xs text-ink-3">
          So many of the last samples, 10 at most; fewer, or of more, is tighter. One at 150 % of its limit, or silence
          for 10 s after one, confirms at once whatever stands here.
        </p>
      </fieldset>
      <Field
        label="Data are unknown after, seconds in session"
        hint="By itself three times the interval of snapshots, 10 s at least. Sooner is tighter."
        error={errors.age?.message}
      >
        <Input {...form.register('age')} inputMode="numeric" autoComplete="off" />
      </Field>
      <p className="text-xs text-ink-3">A tier left empty follows from its limit.</p>
      <Field label="Reason" hint="Shown with the version." error={errors.reason?.message}>
        <Textarea {...form.register('reason')} />
      </Field>
    </FormPanel>
  );
}
