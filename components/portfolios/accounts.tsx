'use client';
import { useMutation, useSuspenseQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useForm } from 'react-hook-form';
import { leaveFor } from '@/server/identity/permissions';
import { FormPanel } from '../forms/form-panel';
import { useSubmit } from '../forms/use-submit';
import { useMe } from '../shell/me';
import { useTRPC } from '../trpc';
import { Button } from '../ui/button';
import { Statement } from '../ui/dialog';
import { Field, Input, Select, Textarea } from '../ui/field';
import { toast } from '../ui/toast';
import { CloseAccountPanel } from './close-account';

/** A further account of a portfolio, whose equity is then the sum of them all, or one account less. */
export function Accounts() {
  const trpc = useTRPC();
  const { data } = useSuspenseQuery(trpc.portfolios.list.queryOptions());
  const { grants } = useMe();
  const [opened, setOpened] = useState<'add' | 'close' | null>(null);
  const offered = data.filter((one) => leaveFor(grants, 'portfolio.change', one.id) !== null);
  const closable = offered.filter(({ accounts }) => accounts.length > 1);
  const leave = () => setOpened(null);
  return (
    <div className="grid gap-2">
      <p className="max-w-[74ch] text-xs text-ink-2">
        The equity of a portfolio is the sum of its accounts, and as old as the oldest of them. One that is silent makes
        all of it unknown.
      </p>
      <div className="flex flex-wrap gap-2">
        <Button
          size="sm"
          onClick={() => setOpened('add')}
          blocked={offered.length === 0 ? 'A Risk officer or Admin adds an account.' : undefined}
        >
          Add account…
        </Button>
        <Button
          size="sm"
          onClick={() => setOpened('close')}
          blocked={
            offered.length === 0
              ? 'A Risk officer or Admin closes an account.'
              : closable.length === 0
                ? 'No portfolio has more than one open account.'
                : undefined
          }
        >
          Close account…
        </Button>
      </div>
      {opened === 'add' && <AccountPanel portfolios={offered} onClose={leave} />}
      {opened === 'close' && <CloseAccountPanel portfolios={closable} onClose={leave} />}
    </div>
  );
}

function AccountPanel({
  portfolios,
  onClose,
}: {
  portfolios: readonly { id: string; name: string; accounts: string[] }[];
  onClose: () => void;
}) {
  const trpc = useTRPC();
  const form = useForm({ defaultValues: { portfolioId: portfolios[0]?.id ?? '', code: '', reason: '' } });
  const add = useMutation(trpc.portfolios.addAccount.mutationOptions());
  const errors = form.formState.errors;
  const chosen = portfolios.find(({ id }) => id === form.watch('portfolioId'));
  const submission = useSubmit(form, async (values) => {
    await add.mutateAsync(values).then(() => {
      toast(`Account ${values.code} was added. It is awaited now.`);
      onClose();
    });
  });
  return (
    <FormPanel
      title="Add an account"
      description="An engine names it in its snapshots by this code."
      submission={submission}
      submitLabel="Add account"
      onClose={onClose}
    >
      <Field
        label="Portfolio"
        hint={chosen && `It has ${chosen.accounts.join(', ')}.`}
        error={errors.portfolioId?.message}
      >
        <Select {...form.register('portfolioId')}>
          {portfolios.map(({ id, name }) => (
            <option key={id} value={id}>
              {name}
            </option>
          ))}
        </Select>
      </Field>
      <Field label="Code" error={errors.code?.message}>
        <Input {...form.register('code')} autoComplete="off" />
      </Field>
      <Statement>
        From now on the portfolio is unknown until this account has sent its first snapshot: new risk is denied at once,
        trading is REDUCING after 5 min and HALTED after 15 min. Have its engine ready. What the account brings then
        counts as a deposit. An account is closed only when a fresh snapshot of it is flat; one that has sent nothing,
        by a Risk officer.
      </Statement>
      <Field label="Reason" hint="Recorded with it." error={errors.reason?.message}>
        <Textarea {...form.register('reason')} />
      </Field>
    </FormPanel>
  );
}
