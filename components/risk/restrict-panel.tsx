'use client';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useForm } from 'react-hook-form';
import { wordsOf } from '../forms/server-error';
import { useMe } from '../shell/me';
import { useTRPC } from '../trpc';
import { Button } from '../ui/button';
import { Panel } from '../ui/dialog';
import { Field, Fieldset, RadioCard, Select, Textarea } from '../ui/field';
import { HoldButton } from '../ui/hold-button';
import { restrictScopes } from './restrict-scopes';

type Values = { strategyId: string; state: 'REDUCING' | 'HALTED'; reason: string };

/** REDUCING or HALTED by a person, alone, for the portfolio or one strategy (a quant: an own one): held, so that it is never pressed by chance. */
export function RestrictPanel({ portfolioId, onClose }: { portfolioId: string; onClose: () => void }) {
  const trpc = useTRPC();
  const form = useForm<Values>({ defaultValues: { strategyId: '', state: 'REDUCING', reason: '' } });
  const restrict = useMutation(trpc.risk.restrict.mutationOptions());
  const { data } = useQuery(trpc.risk.versions.queryOptions({ portfolioId }));
  const { whole, strategies } = restrictScopes(useMe(), portfolioId, data?.strategies ?? []);
  const { strategyId, state, reason } = form.watch();
  const strategy = strategies.find(({ id }) => id === strategyId);
  const isChosen = whole || strategy !== undefined;
  const held = async () => {
    await restrict
      .mutateAsync({ portfolioId, strategyId: strategyId || null, state, reason })
      .then(onClose)
      .catch((error: unknown) => {
        form.setError('reason', { type: 'server', message: wordsOf(error) });
        throw error;
      });
  };
  return (
    <Panel
      open
      onOpenChange={(open) => !open && onClose()}
      title="Restrict trading"
      description="You may do this alone. It is told to every engine at once."
      footer={<Button onClick={onClose}>Cancel</Button>}
    >
      <form className="grid gap-4" noValidate onSubmit={(event) => event.preventDefault()}>
        <Field label="Scope" hint={whole ? undefined : 'A quant restricts own strategies only.'}>
          <Select {...form.register('strategyId')}>
            <option value="">{whole ? 'The whole portfolio' : 'Choose a strategy'}</option>
            {strategies.map(({ id, name }) => (
              <option key={id} value={id}>
                {name}
              </option>
            ))}
          </Select>
        </Field>
        <Fieldset legend="State">
          <RadioCard title="REDUCING" value="REDUCING" {...form.register('state')}>
            Only orders that shrink a position pass. A Risk officer lifts it.
          </RadioCard>
          <RadioCard title="HALTED" value="HALTED" tone="crit" {...form.register('state')}>
            Strategies send nothing; cancels and commanded exits pass. Two people lift it, 24 h later at the earliest.
          </RadioCard>
        </Fieldset>
        <Field label="Reason" hint="Shown on every page." error={form.formState.errors.reason?.message}>
          <Textarea {...form.register('reason')} />
        </Field>
        <HoldButton
          onHeld={held}
          effect={
            state === 'HALTED'
              ? `Halts ${strategy?.name ?? 'every strategy of this portfolio'}.`
              : `Lets positions of ${strategy?.name ?? 'this portfolio'} only shrink.`
          }
          blocked={
            !isChosen
              ? 'Choose one of your strategies first.'
              : reason.trim().length < 3
                ? 'Give a reason first.'
                : undefined
          }
        >
          {state === 'HALTED' ? `Halt ${strategy?.name ?? 'the portfolio'}` : 'Reduce only'}
        </HoldButton>
      </form>
    </Panel>
  );
}
