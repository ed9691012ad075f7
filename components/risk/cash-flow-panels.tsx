'use client';
import { useMutation } from '@tanstack/react-query';
import { useForm } from 'react-hook-form';
import type { CashFlowsView } from '@/server/risk/cash-flows/cash-flow-view-store';
import { FormPanel } from '../forms/form-panel';
import { useStepUp } from '../forms/step-up';
import { useSubmit } from '../forms/use-submit';
import { useTRPC } from '../trpc';
import { Statement } from '../ui/dialog';
import { Checkbox, Field, Input, Select, Textarea } from '../ui/field';
import { formatNumber } from '../ui/format';
import { SecondFactorField } from '../ui/second-factor-field';
import { Time } from '../ui/time';
import { toast } from '../ui/toast';
import type { CashFlowRow } from './cash-flows';

const AMOUNT = /^\s*[-−]?\d[\d ,]*(\.\d{1,8})?\s*$/;
const amountFrom = (text: string): string | null =>
  AMOUNT.test(text) ? text.replace('−', '-').replace(/[ ,]/g, '') : null;

/** Asks for a deposit or withdrawal to count from its own time on; two people sign it. */
export function RecordCashFlowPanel({
  portfolioId,
  view,
  onClose,
}: {
  portfolioId: string;
  view: CashFlowsView;
  onClose: () => void;
}) {
  const trpc = useTRPC();
  const form = useForm({
    defaultValues: {
      accountId: view.accounts[0]?.id ?? '',
      amount: '',
      currency: view.currency,
      at: '',
      isAnother: false,
      reason: '',
    },
  });
  const propose = useMutation(trpc.cashFlows.propose.mutationOptions());
  const errors = form.formState.errors;
  const submission = useSubmit(
    form,
    async ({ amount, at, ...rest }) => {
      const parsed = amountFrom(amount);
      if (parsed === null) return form.setError('amount', { message: 'An amount such as 10000 or -2500.50.' });
      const effectiveAt = new Date(`${at}Z`);
      if (Number.isNaN(effectiveAt.getTime())) return form.setError('at', { message: 'A date and time.' });
      await propose.mutateAsync({ portfolioId, amount: parsed, effectiveAt, ...rest }).then(({ text }) => {
        toast(text);
        onClose();
      });
    },
    { effectiveAt: 'at' },
  );
  return (
    <FormPanel
      title="Record a cash flow"
      description="Only one that no snapshot stated. It counts from its own time on, as if the next snapshot had stated it; every sample since is evaluated again, once two people have signed."
      submission={submission}
      submitLabel="Propose cash flow"
      onClose={onClose}
    >
      <Field label="Account" error={errors.accountId?.message}>
        <Select {...form.register('accountId')}>
          {view.accounts.map(({ id, code }) => (
            <option key={id} value={id}>
              {code}
            </option>
          ))}
        </Select>
      </Field>
      <Field label="Amount" hint="A withdrawal is negative." error={errors.amount?.message}>
        <Input {...form.register('amount')} inputMode="text" autoComplete="off" placeholder="-2500.50" />
      </Field>
      <Field label="Currency" hint={`The account is kept in ${view.currency}.`} error={errors.currency?.message}>
        <Input {...form.register('currency')} autoComplete="off" />
      </Field>
      <Field
        label="Booked at, UTC"
        hint="When it reached or left the account: between two of its snapshots, within 7 days."
        error={errors.at?.message}
      >
        <Input {...form.register('at')} type="datetime-local" step="1" />
      </Field>
      <Checkbox {...form.register('isAnother')}>
        Another one, though the same amount is known within a day of it
      </Checkbox>
      <Field label="Reason" hint="Shown with it." error={errors.reason?.message}>
        <Textarea {...form.register('reason')} />
      </Field>
    </FormPanel>
  );
}

/** One of the two signatures under a cash flow. */
export function SignCashFlowPanel({
  row,
  currency,
  onClose,
}: {
  row: CashFlowRow;
  currency: string;
  onClose: () => void;
}) {
  const trpc = useTRPC();
  const factor = useStepUp('risk.approve-cash-flow', row.contentHash);
  const form = useForm();
  const approve = useMutation(trpc.cashFlows.approve.mutationOptions());
  const submission = useSubmit(form, async () => {
    const stepUp = await factor.obtain();
    if (!stepUp) return;
    await approve.mutateAsync({ cashFlowId: row.id, stepUp }).then(({ text }) => {
      toast(text);
      onClose();
    });
  });
  return (
    <FormPanel
      title="Sign a cash flow"
      description={`Proposed by ${row.proposedByName}: ${row.reason}`}
      submission={submission}
      submitLabel="Sign cash flow"
      blocked={factor.ready ? undefined : 'Give your second factor first.'}
      onClose={onClose}
    >
      <Statement>
        {formatNumber(row.amount)} {currency} {Number(row.amount) < 0 ? 'left' : 'reached'} account {row.account} at{' '}
        <Time at={row.effectiveAt} withDate seconds />, and no snapshot stated it
        {row.isAnother && ', though one of the same amount is known'}. With the second signature every sample since is
        evaluated again: drawdown, loss and marks are as if it had been stated. A breach that was opened meanwhile stays
        until samples clear it, and a restriction until it is lifted.
      </Statement>
      <p className="mono text-xs text-ink-3 wrap-anywhere">{row.contentHash}</p>
      <SecondFactorField {...factor.field} />
    </FormPanel>
  );
}

/** Turns a proposed cash flow down; nothing changes. */
export function RejectCashFlowPanel({ row, onClose }: { row: CashFlowRow; onClose: () => void }) {
  const trpc = useTRPC();
  const form = useForm({ defaultValues: { reason: '' } });
  const reject = useMutation(trpc.cashFlows.reject.mutationOptions());
  const submission = useSubmit(form, async ({ reason }) => {
    await reject.mutateAsync({ cashFlowId: row.id, reason }).then(onClose);
  });
  return (
    <FormPanel
      title="Turn a cash flow down"
      description={`Proposed by ${row.proposedByName}: ${row.reason}`}
      submission={submission}
      submitLabel="Turn down"
      onClose={onClose}
    >
      <Field label="Reason" hint="Shown with it." error={form.formState.errors.reason?.message}>
        <Textarea {...form.register('reason')} />
      </Field>
    </FormPanel>
  );
}

/** Proposes the opposite of a flow that counts, at its own time: with two signatures both together are nothing. */
export function ReverseCashFlowPanel({
  portfolioId,
  row,
  currency,
  onClose,
}: {
  portfolioId: string;
  row: CashFlowRow;
  currency: string;
  onClose: () => void;
}) {
  const trpc = useTRPC();
  const form = useForm({ defaultValues: { reason: '' } });
  const propose = useMutation(trpc.cashFlows.propose.mutationOptions());
  const amount = row.amount.startsWith('-') ? row.amount.slice(1) : `-${row.amount}`;
  const submission = useSubmit(form, async ({ reason }) => {
    const { accountId, effectiveAt } = row;
    await propose
      .mutateAsync({ portfolioId, accountId, amount, currency, effectiveAt, isAnother: true, reason })
      .then(({ text }) => {
        toast(text);
        onClose();
      });
  });
  return (
    <FormPanel
      title="Reverse a cash flow"
      description={`${formatNumber(row.amount)} ${currency} of account ${row.account}. Two people sign the reversal as they signed it.`}
      submission={submission}
      submitLabel="Propose reversal"
      onClose={onClose}
    >
      <Statement>
        {formatNumber(amount)} {currency} is put at the same time, so that both together are nothing, and every sample
        since is evaluated again. The record keeps both.
      </Statement>
      <Field label="Reason" hint="Shown with it." error={form.formState.errors.reason?.message}>
        <Textarea {...form.register('reason')} />
      </Field>
    </FormPanel>
  );
}
