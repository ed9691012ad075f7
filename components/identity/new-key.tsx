'use client';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { useForm } from 'react-hook-form';
import { KEY_SCOPE_NAMES, KEY_SCOPES, type KeyScope, TRADING_SCOPES } from '@/server/identity/key-scopes';
import { FormStatus } from '../forms/form-status';
import { applyServerError } from '../forms/server-error';
import { usePortfolios } from '../shell/portfolio';
import { useTRPC, useTRPCClient } from '../trpc';
import { Button } from '../ui/button';
import { Checkbox, Field, Fieldset, Input, Select } from '../ui/field';
import { DEFAULT_DAYS, expiryAfter, KeyExpiry } from './key-expiry';
import { KeyShown } from './key-shown';
import { SignField } from './sign-field';
import { useSigned } from './use-signed';

type Values = { name: string; portfolioId: string; scopes: KeyScope[] };

/** Makes a key for a machine: named, narrow, and with an end. */
export function NewKey() {
  const trpc = useTRPC();
  const client = useTRPCClient();
  const portfolios = usePortfolios();
  const form = useForm<Values>({ defaultValues: { name: '', portfolioId: '', scopes: [] } });
  const [days, setDays] = useState(DEFAULT_DAYS);
  const [made, setMade] = useState<{ key: string; isApproved: boolean } | null>(null);
  const create = useMutation(trpc.apiKeys.create.mutationOptions());
  const values = form.watch();
  const wish = {
    name: values.name.trim(),
    scopes: values.scopes ?? [],
    portfolioId: values.portfolioId || null,
    expiresAt: expiryAfter(days),
  };
  const signed = useSigned('key.manage', {
    content: JSON.stringify(wish),
    hash: () => client.apiKeys.contentHash.query(wish),
  });
  const { errors } = form.formState;

  const submit = form.handleSubmit(async () => {
    setMade(null);
    if (!wish.name) return form.setError('name', { message: 'Name what will use it.' });
    if (wish.scopes.length === 0) return form.setError('scopes', { message: 'Choose at least one thing it may do.' });
    try {
      const done = await signed.run(async (stepUp) => setMade(await create.mutateAsync({ ...wish, stepUp })));
      if (done) form.reset();
    } catch (error) {
      applyServerError(form.setError, error);
    }
  });

  return (
    <form onSubmit={submit} className="grid gap-4" noValidate aria-label="New API key">
      <Field label="Name" hint="What will use it, such as the feeder of one account." error={errors.name?.message}>
        <Input {...form.register('name')} autoComplete="off" />
      </Field>
      <Field label="In">
        <Select {...form.register('portfolioId')}>
          <option value="">All portfolios</option>
          {portfolios.map((portfolio) => (
            <option key={portfolio.id} value={portfolio.id}>
              {portfolio.name}
            </option>
          ))}
        </Select>
      </Field>
      <Fieldset legend="It may" error={errors.scopes?.message}>
        {KEY_SCOPE_NAMES.map((scope) => (
          <Checkbox key={scope} value={scope} {...form.register('scopes')}>
            {KEY_SCOPES[scope]} <span className="mono text-ink-3">{scope}</span>
            {TRADING_SCOPES.includes(scope) && <span className="block text-xs text-ink-3">Takes a risk officer.</span>}
          </Checkbox>
        ))}
      </Fieldset>
      <KeyExpiry
        days={days}
        onChange={setDays}
        error={(errors as { expiresAt?: { message?: string } }).expiresAt?.message}
      />
      <SignField signed={signed} />
      <FormStatus pending={create.isPending} error={errors.root?.server?.message} />
      {made && <KeyShown text={made.key} waits={!made.isApproved} />}
      <div>
        <Button
          type="submit"
          variant="primary"
          sending={form.formState.isSubmitting}
          blocked={signed.ready ? undefined : 'Give your second factor first.'}
        >
          Make key
        </Button>
      </div>
    </form>
  );
}
