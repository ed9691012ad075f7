'use client';
import { useMutation } from '@tanstack/react-query';
import { useForm } from 'react-hook-form';
import { FormPanel } from '../forms/form-panel';
import { useStepUp } from '../forms/step-up';
import { useSubmit } from '../forms/use-submit';
import { useTRPC } from '../trpc';
import { Statement } from '../ui/dialog';
import { Field, Input, Textarea } from '../ui/field';
import { formatPercent } from '../ui/format';
import { SecondFactorField } from '../ui/second-factor-field';
import { Time } from '../ui/time';
import { toast } from '../ui/toast';
import type { LeverageRow } from './leverage';
import { fractionFrom } from './percent-fraction';

const DAY = 86_400_000;

/** Asks for leave to allocate more than 100 %, up to a sum and until an end. Nothing changes before two people signed. */
export function ProposeLeveragePanel({ portfolioId, onClose }: { portfolioId: string; onClose: () => void }) {
  const trpc = useTRPC();
  const form = useForm({ defaultValues: { maximum: '', days: '30', reason: '' } });
  const propose = useMutation(trpc.leverage.propose.mutationOptions());
  const errors = form.formState.errors;
  const submission = useSubmit(
    form,
    async ({ maximum, days, reason }) => {
      const fraction = fractionFrom(maximum);
      if (fraction === null) return form.setError('maximum', { message: 'A sum such as 150, in per cent.' });
      if (!/^\d{1,3}$/.test(days.trim())) return form.setError('days', { message: 'Whole days, such as 30.' });
      const expiresAt = new Date(Date.now() + Number(days) * DAY);
      await propose.mutateAsync({ portfolioId, maximum: fraction, expiresAt, reason }).then(() => {
        toast('Proposed. It waits for a Risk officer and a Manager.');
        onClose();
      });
    },
    { expiresAt: 'days' },
  );
  return (
    <FormPanel
      title="Propose leverage"
      description="Allocations may then sum to more than 100 % of equity, up to this and until its end. A Risk officer and a Manager approve it; it lapses when they have not within 72 h."
      submission={submission}
      submitLabel="Propose leverage"
      onClose={onClose}
    >
      <Field
        label="Sum of allocations at most, per cent of equity"
        hint="Over 100 and at most 500."
        error={errors.maximum?.message}
      >
        <Input {...form.register('maximum')} inputMode="decimal" autoComplete="off" placeholder="150" />
      </Field>
      <Field label="Ends after, days" hint="At most 366." error={errors.days?.message}>
        <Input {...form.register('days')} inputMode="numeric" autoComplete="off" />
      </Field>
      <Field label="Reason" hint="Shown with it." error={errors.reason?.message}>
        <Textarea {...form.register('reason')} />
      </Field>
    </FormPanel>
  );
}

/** One of the two signatures under leverage: over its sum, its end and its reason. */
export function ApproveLeveragePanel({ row, onClose }: { row: LeverageRow; onClose: () => void }) {
  const trpc = useTRPC();
  const factor = useStepUp('risk.approve-leverage', row.contentHash);
  const form = useForm();
  const approve = useMutation(trpc.leverage.approve.mutationOptions());
  const submission = useSubmit(form, async () => {
    const stepUp = await factor.obtain();
    if (!stepUp) return;
    await approve.mutateAsync({ leverageId: row.id, stepUp }).then(({ text }) => {
      toast(text);
      onClose();
    });
  });
  return (
    <FormPanel
      title="Approve leverage"
      description={`Proposed by ${row.proposedByName}: ${row.reason}`}
      submission={submission}
      submitLabel="Sign leverage"
      blocked={factor.ready ? undefined : 'Give your second factor first.'}
      onClose={onClose}
    >
      <Statement>
        Allocations of this portfolio may sum to {formatPercent(row.maximum, { digits: 2 })} of its equity until{' '}
        {row.expiresAt ? <Time at={row.expiresAt} withDate /> : 'it is withdrawn'}. A Risk officer and a Manager sign
        this; two of one kind are not enough. Every other limit stays as it is. When it ends nothing is sold, and no
        tranche is promoted until the allocations fit again.
      </Statement>
      <p className="mono text-xs text-ink-3 wrap-anywhere">{row.contentHash}</p>
      <SecondFactorField {...factor.field} />
    </FormPanel>
  );
}

/** Ends leverage at once, or turns a proposal down; one person does, since it only tightens. */
export function EndLeveragePanel({ row, onClose }: { row: LeverageRow; onClose: () => void }) {
  const trpc = useTRPC();
  const form = useForm({ defaultValues: { reason: '' } });
  const withdraw = useMutation(trpc.leverage.withdraw.mutationOptions());
  const submission = useSubmit(form, async ({ reason }) => {
    await withdraw.mutateAsync({ leverageId: row.id, reason }).then(onClose);
  });
  const stands = row.state === 'in-force';
  return (
    <FormPanel
      title={stands ? 'Withdraw leverage' : 'End the proposal'}
      description={`Allocations up to ${formatPercent(row.maximum, { digits: 2 })}, proposed by ${row.proposedByName}.`}
      submission={submission}
      submitLabel={stands ? 'Withdraw leverage' : 'End proposal'}
      onClose={onClose}
    >
      <Statement>
        {stands
          ? 'Allocations may sum to 100 % again from now on. Nothing is sold and no capital is taken away; while more is allocated no tranche is promoted, and then a Risk officer or Manager withdraws it.'
          : 'Nothing was in force by it, and nothing changes.'}
      </Statement>
      <Field label="Reason" hint="Shown with it." error={form.formState.errors.reason?.message}>
        <Textarea {...form.register('reason')} />
      </Field>
    </FormPanel>
  );
}
