'use client';
import { useMutation, useSuspenseQuery } from '@tanstack/react-query';
import { useRouter } from 'next/navigation';
import { useForm } from 'react-hook-form';
import { FormStatus } from '../forms/form-status';
import { useSubmit } from '../forms/use-submit';
import { usePortfolioId, usePortfolios } from '../shell/portfolio';
import { useTRPC } from '../trpc';
import { Button } from '../ui/button';
import { Field, Input, Select, Textarea } from '../ui/field';
import { TextLink } from '../ui/page';
import { EmptyState } from '../ui/states';

type Values = { portfolioId: string; name: string; description: string; engineId: string; engineRef: string };

/** Registers a strategy, owned by the person who does, and opens its page. */
export function RegisterStrategy() {
  const trpc = useTRPC();
  const router = useRouter();
  const portfolios = usePortfolios();
  const engines = useSuspenseQuery(trpc.strategies.engines.queryOptions()).data;
  const form = useForm<Values>({
    defaultValues: { portfolioId: usePortfolioId() ?? '', name: '', description: '', engineId: '', engineRef: '' },
  });
  const register = useMutation(trpc.strategies.register.mutationOptions());
  const { submit, pending, refusal } = useSubmit(form, (values) =>
    register
      .mutateAsync({ ...values, engineId: values.engineId || null })
      .then((strategyId) => router.push(`/strategies/${strategyId}`)),
  );
  if (portfolios.length === 0)
    return (
      <EmptyState
        title="There is no portfolio yet."
        action={<TextLink href="/settings/portfolios">Portfolios</TextLink>}
      >
        A strategy trades inside a portfolio. An admin creates the first one.
      </EmptyState>
    );
  const errors = form.formState.errors;
  const portfolioId = form.watch('portfolioId');
  return (
    <form onSubmit={submit} className="grid gap-4" noValidate aria-label="Register a strategy">
      <Field label="Portfolio" error={errors.portfolioId?.message}>
        <Select {...form.register('portfolioId')}>
          {portfolios.map((portfolio) => (
            <option key={portfolio.id} value={portfolio.id}>
              {portfolio.name}
            </option>
          ))}
        </Select>
      </Field>
      <Field label="Name" error={errors.name?.message}>
        <Input {...form.register('name')} autoComplete="off" />
      </Field>
      <Field label="What it does" optional error={errors.description?.message}>
        <Textarea {...form.register('description')} />
      </Field>
      <Field
        label="Engine"
        optional
        hint="The engine that will run it. It can be chosen later."
        error={errors.engineId?.message}
      >
        <Select {...form.register('engineId')}>
          <option value="">None yet</option>
          {engines
            .filter((engine) => engine.portfolioId === portfolioId)
            .map((engine) => (
              <option key={engine.id} value={engine.id}>
                {engine.name}
              </option>
            ))}
        </Select>
      </Field>
      <Field
        label="Id at the engine"
        hint="As the engine names it in snapshots and commands. It cannot change later."
        error={errors.engineRef?.message}
      >
        <Input {...form.register('engineRef')} autoComplete="off" spellCheck={false} className="mono" />
      </Field>
      <FormStatus pending={pending} error={refusal} />
      <div>
        <Button type="submit" variant="primary" sending={pending}>
          Register strategy
        </Button>
      </div>
    </form>
  );
}
