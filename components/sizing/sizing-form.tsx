'use client';
import { useMutation, useSuspenseQuery } from '@tanstack/react-query';
import { useForm } from 'react-hook-form';
import { leaveFor } from '@/server/identity/permissions';
import { fractionProblem } from '@/server/risk/sizing/fraction';
import type { SizingView } from '@/server/risk/sizing/sizing-request';
import { FormStatus } from '../forms/form-status';
import { useSubmit } from '../forms/use-submit';
import { useMe } from '../shell/me';
import { useTRPC } from '../trpc';
import { Button } from '../ui/button';
import { Field, Input, Select } from '../ui/field';
import { TextLink } from '../ui/page';
import { EmptyState } from '../ui/states';

type Values = {
  strategyId: string;
  instrument: string;
  side: 'long' | 'short';
  winRate: string;
  volatility: string;
};

/** An assumption may be left out; one that is made is a fraction. */
const fractionOrNone = (typed: string) => typed.trim() === '' || (fractionProblem(typed.trim()) ?? true);

/** Which strategy, which instrument, which side; and what if the figures were others. */
export function SizingForm({ portfolioId, onSized }: { portfolioId: string; onSized: (view: SizingView) => void }) {
  const trpc = useTRPC();
  const me = useMe();
  const { data: choices } = useSuspenseQuery(trpc.sizing.choices.queryOptions({ portfolioId }));
  const first = choices.strategies.find((s) => s.tranche) ?? choices.strategies[0];
  const form = useForm<Values>({
    defaultValues: {
      strategyId: first?.id ?? '',
      instrument: choices.instruments[0]?.instrument ?? '',
      side: 'long',
      winRate: '',
      volatility: '',
    },
  });
  const run = useMutation(trpc.sizing.run.mutationOptions());
  const chosen = choices.strategies.find((s) => s.id === form.watch('strategyId'));
  const instrument = choices.instruments.find((i) => i.instrument === form.watch('instrument'));
  const isAssuming = form.watch('winRate').trim() !== '' || form.watch('volatility').trim() !== '';
  const maySize = leaveFor(me.grants, 'sizing.run', portfolioId, chosen?.ownerId === me.id) !== null;
  const { errors } = form.formState;
  const blocked = maySize ? undefined : 'Sizing takes an Engineer, a Risk officer, or the Quant who owns the strategy.';
  const send = ({ winRate, volatility, ...what }: Values, reserve: boolean) => {
    const assume = { winRate: winRate.trim() || undefined, volatility: volatility.trim() || undefined };
    return run.mutateAsync({ ...what, assume, reserve }).then(onSized);
  };
  const size = useSubmit(form, (values) => send(values, false));
  const sizeAndReserve = useSubmit(form, (values) => send(values, true));
  if (choices.strategies.length === 0)
    return (
      <EmptyState title="No strategy to size for." action={<TextLink href="/strategies">Strategies</TextLink>}>
        A strategy is registered first, launched, and sized once it has capital.
      </EmptyState>
    );
  return (
    <form onSubmit={size.submit} className="grid gap-3" noValidate>
      <div className="grid grid-cols-1 gap-x-6 gap-y-3 md:grid-cols-3">
        <Field label="Strategy" error={errors.strategyId?.message}>
          <Select {...form.register('strategyId')}>
            {choices.strategies.map((s) => (
              <option key={s.id} value={s.id}>
                {s.name}
                {s.version ? ` ${s.version}, ${s.tranche} %` : ', no capital'}
              </option>
            ))}
          </Select>
        </Field>
        <Field
          label="Instrument"
          hint={instrument ? `${instrument.closes} daily closes known` : 'As the engine names it'}
          error={errors.instrument?.message}
        >
          <Input {...form.register('instrument')} list="sizing-instruments" autoComplete="off" />
        </Field>
        <Field label="Side" error={errors.side?.message}>
          <Select {...form.register('side')}>
            <option value="long">Long</option>
            <option value="short">Short, full gross notional</option>
          </Select>
        </Field>
      </div>
      <datalist id="sizing-instruments">
        {choices.instruments.map((i) => (
          <option key={i.instrument} value={i.instrument} />
        ))}
      </datalist>
      <details>
        <summary className="cursor-pointer text-xs text-ink-2 phone:py-3">What if the figures were others</summary>
        <div className="mt-2 grid grid-cols-1 gap-x-6 gap-y-3 md:grid-cols-3">
          <Field label="Win rate" optional hint="A fraction: 55 % is written 0.55" error={errors.winRate?.message}>
            <Input {...form.register('winRate', { validate: fractionOrNone })} inputMode="decimal" autoComplete="off" />
          </Field>
          <Field
            label="Daily volatility"
            optional
            hint="A fraction: 2.41 % is written 0.0241"
            error={errors.volatility?.message}
          >
            <Input
              {...form.register('volatility', { validate: fractionOrNone })}
              inputMode="decimal"
              autoComplete="off"
            />
          </Field>
        </div>
      </details>
      <FormStatus pending={size.pending} error={size.refusal} />
      <div className="flex flex-wrap gap-2">
        <Button type="submit" variant="primary" sending={size.pending} blocked={blocked}>
          Size the position
        </Button>
        <Button
          onClick={sizeAndReserve.submit}
          sending={sizeAndReserve.pending}
          blocked={blocked ?? (isAssuming ? 'Assumed figures reserve nothing.' : undefined)}
        >
          Size and reserve for 60 s
        </Button>
      </div>
    </form>
  );
}
