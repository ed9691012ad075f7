'use client';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useForm } from 'react-hook-form';
import { KEY_SCOPE_NAMES, KEY_SCOPES, type KeyScope, TRADING_SCOPES } from '@/server/identity/key-scopes';
import { FormStatus } from '../forms/form-status';
import { useSubmit } from '../forms/use-submit';
import { usePortfolios } from '../shell/portfolio';
import { useTRPC, useTRPCClient } from '../trpc';
import { Button } from '../ui/button';
import { Checkbox, Field, Fieldset, Input, Select } from '../ui/field';
import { DEFAULT_DAYS, expiryAfter, KeyExpiry } from './key-expiry';
import { KeyShown } from './key-shown';
import { SignField } from './sign-field';
import { useSigned } from './use-signed';

type Values = { name: string; portfolioId: string; engineId: string; scopes: KeyScope[]; days: number };
const EMPTY: Values = { name: '', portfolioId: '', engineId: '', scopes: [], days: DEFAULT_DAYS };
// The server knows the day on which a key ends, the form how long it lives.
const ENDS_AFTER = { expiresAt: 'days' } as const;

/** Makes a key for a machine: named, narrow, and with an end. */
export function NewKey() {
  const trpc = useTRPC();
  const client = useTRPCClient();
  const portfolios = usePortfolios();
  const form = useForm<Values>({ defaultValues: EMPTY });
  const [made, setMade] = useState<{ key: string; isApproved: boolean } | null>(null);
  const create = useMutation(trpc.apiKeys.create.mutationOptions());
  const values = form.watch();
  const engines = useQuery(trpc.engines.list.queryOptions());
  const own = (engines.data ?? []).filter((engine) => engine.portfolioId === values.portfolioId && !engine.isDisabled);
  const wish = {
    name: values.name.trim(),
    scopes: values.scopes ?? [],
    portfolioId: values.portfolioId || null,
    engineId: values.engineId || null,
    expiresAt: expiryAfter(values.days),
  };
  const signed = useSigned('key.manage', {
    content: JSON.stringify(wish),
    hash: () => client.apiKeys.contentHash.query(wish),
  });
  const { errors } = form.formState;

  const { submit, pending, refusal } = useSubmit(
    form,
    async () => {
      setMade(null);
      if (!wish.name) return form.setError('name', { message: 'Name what will use it.' });
      if (wish.scopes.length === 0) return form.setError('scopes', { message: 'Choose at least one thing it may do.' });
      const done = await signed.run(async (stepUp) => setMade(await create.mutateAsync({ ...wish, stepUp })));
      if (done) form.reset({ ...EMPTY, days: values.days });
    },
    ENDS_AFTER,
  );

  return (
    <form onSubmit={submit} className="grid gap-4" noValidate aria-label="New API key">
      <Field label="Name" hint="What will use it, such as the feeder of one account." error={errors.name?.message}>
        <Input {...form.register('name')} autoComplete="off" />
      </Field>
      <Field label="In" error={errors.portfolioId?.message}>
        <Select {...form.register('portfolioId', { onChange: () => form.setValue('engineId', '') })}>
          <option value="">All portfolios</option>
          {portfolios.map((portfolio) => (
            <option key={portfolio.id} value={portfolio.id}>
              {portfolio.name}
            </option>
          ))}
        </Select>
      </Field>
      {values.portfolioId && (
        <Field
          label="For engine"
          hint={
            engines.isError
              ? 'The engines could not be read. Without a choice it is for any of them.'
              : 'Orders it asks for are those of this engine’s strategies, and of no other.'
          }
          error={errors.engineId?.message}
        >
          <Select {...form.register('engineId')}>
            <option value="">Any engine</option>
            {own.map((engine) => (
              <option key={engine.id} value={engine.id}>
                {engine.name}
              </option>
            ))}
          </Select>
        </Field>
      )}
      <Fieldset legend="It may" error={errors.scopes?.message}>
        {KEY_SCOPE_NAMES.map((scope) => (
          <Checkbox key={scope} value={scope} {...form.register('scopes')}>
            {KEY_SCOPES[scope]} <span className="mono text-ink-3">{scope}</span>
            {TRADING_SCOPES.includes(scope) && <span className="block text-xs text-ink-3">Takes a risk officer.</span>}
          </Checkbox>
        ))}
      </Fieldset>
      <KeyExpiry days={values.days} onChange={(days) => form.setValue('days', days)} error={errors.days?.message} />
      <SignField signed={signed} />
      <FormStatus pending={pending} error={refusal} />
      {made && <KeyShown text={made.key} waits={!made.isApproved} />}
      <div>
        <Button
          type="submit"
          variant="primary"
          sending={pending}
          blocked={signed.ready ? undefined : 'Give your second factor first.'}
        >
          Make key
        </Button>
      </div>
    </form>
  );
}
