'use client';
import { useMutation } from '@tanstack/react-query';
import { useForm } from 'react-hook-form';
import { wordsOf } from '../forms/server-error';
import { useTRPC } from '../trpc';
import { Button } from '../ui/button';
import { Panel } from '../ui/dialog';
import { Field, Fieldset, RadioCard, Textarea } from '../ui/field';
import { HoldButton } from '../ui/hold-button';

type Values = { state: 'REDUCING' | 'HALTED'; reason: string };

/** REDUCING or HALTED by a person, alone, for the portfolio: held, so that it is never pressed by chance. */
export function RestrictPanel({ portfolioId, onClose }: { portfolioId: string; onClose: () => void }) {
  const trpc = useTRPC();
  const form = useForm<Values>({ defaultValues: { state: 'REDUCING', reason: '' } });
  const restrict = useMutation(trpc.risk.restrict.mutationOptions());
  const { state, reason } = form.watch();
  const held = async () => {
    await restrict
      .mutateAsync({ portfolioId, strategyId: null, state, reason })
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
      title="Restrict trading of the portfolio"
      description="You may do this alone. It is told to every engine at once."
      footer={<Button onClick={onClose}>Cancel</Button>}
    >
      <form className="grid gap-4" noValidate onSubmit={(event) => event.preventDefault()}>
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
              ? 'Halts every strategy of this portfolio.'
              : 'Lets positions of this portfolio only shrink.'
          }
          blocked={reason.trim().length < 3 ? 'Give a reason first.' : undefined}
        >
          {state === 'HALTED' ? 'Halt the portfolio' : 'Reduce only'}
        </HoldButton>
      </form>
    </Panel>
  );
}
