'use client';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useForm } from 'react-hook-form';
import { FormPanel } from '../forms/form-panel';
import { useSubmit } from '../forms/use-submit';
import { useTRPC } from '../trpc';
import { Statement } from '../ui/dialog';
import { Field, Select, Textarea } from '../ui/field';
import { Money } from '../ui/number';
import { Age } from '../ui/time';
import { toast } from '../ui/toast';

/** Closes one of several accounts of a portfolio; the server refuses in words what is not flat. */
export function CloseAccountPanel({
  portfolios,
  onClose,
}: {
  portfolios: readonly { id: string; name: string; accounts: string[] }[];
  onClose: () => void;
}) {
  const trpc = useTRPC();
  const form = useForm({ defaultValues: { portfolioId: portfolios[0]?.id ?? '', code: '', reason: '' } });
  const close = useMutation(trpc.portfolios.closeAccount.mutationOptions());
  const errors = form.formState.errors;
  const chosen = portfolios.find(({ id }) => id === form.watch('portfolioId'));
  const submission = useSubmit(form, async (values) => {
    await close.mutateAsync(values).then(() => {
      toast(`Account ${values.code} was closed.`);
      onClose();
    });
  });
  return (
    <FormPanel
      title="Close an account"
      description="For one that the portfolio has no more."
      submission={submission}
      submitLabel="Close account"
      onClose={onClose}
    >
      <Field label="Portfolio" error={errors.portfolioId?.message}>
        <Select {...form.register('portfolioId', { onChange: () => form.setValue('code', '') })}>
          {portfolios.map(({ id, name }) => (
            <option key={id} value={id}>
              {name}
            </option>
          ))}
        </Select>
      </Field>
      <Field label="Account" error={errors.code?.message}>
        <Select {...form.register('code')}>
          <option value="">Choose…</option>
          {chosen?.accounts.map((code) => (
            <option key={code} value={code}>
              {code}
            </option>
          ))}
        </Select>
      </Field>
      {chosen && form.watch('code') && <Stated portfolioId={chosen.id} code={form.watch('code')} />}
      <Statement>
        It is closed for good: nothing is awaited of it any more. What its engine sends of the time before is still
        taken; what it states of later is refused, and money or positions in it open a high alert. By its newest
        snapshot, which must be fresh and younger than every fill of the portfolio, it must be flat, without positions,
        equity and cash 0, and no order may work. One that never sent any is closed by a Risk officer. What left it
        counts as the withdrawal that its snapshots stated; one that they did not state is recorded first, under cash
        flows on the risk page.
      </Statement>
      <Field label="Reason" hint="Recorded with it." error={errors.reason?.message}>
        <Textarea {...form.register('reason')} />
      </Field>
    </FormPanel>
  );
}

/** What the newest snapshot of an account says, and how old it is: what the closing relies on. */
function Stated({ portfolioId, code }: { portfolioId: string; code: string }) {
  const trpc = useTRPC();
  const { data, isError } = useQuery(trpc.overview.freshness.queryOptions({ portfolioId }));
  const source = data?.find(({ stated }) => stated?.account === code);
  return (
    <p className="text-xs text-ink-2" aria-live="polite">
      {source?.stated && source.asOf ? (
        <>
          By its newest snapshot, <Age at={source.asOf} maxAgeMs={source.maxAgeMs} /> old, its equity is{' '}
          <Money value={source.stated.equity} currency={source.stated.currency} />.
        </>
      ) : isError ? (
        'What it states is not known: it could not be read. Try again.'
      ) : data ? (
        'It has never sent a snapshot: what it holds is unknown.'
      ) : (
        'Reading its newest snapshot…'
      )}
    </p>
  );
}
