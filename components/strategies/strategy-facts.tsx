'use client';
import { useMutation, useSuspenseQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useForm } from 'react-hook-form';
import { FormStatus } from '../forms/form-status';
import { useSubmit } from '../forms/use-submit';
import { useTRPC } from '../trpc';
import { Button } from '../ui/button';
import { Field, Input, Select, Textarea } from '../ui/field';
import { Facts } from '../ui/stat';
import { Time } from '../ui/time';

/** Who owns it, which engine runs it; with the right to, name, words and engine can be changed. */
export function StrategyFacts({ strategyId, mayEdit }: { strategyId: string; mayEdit: boolean }) {
  const trpc = useTRPC();
  const { data: strategy } = useSuspenseQuery(trpc.strategies.byId.queryOptions({ strategyId }));
  const [edits, setEdits] = useState(false);
  if (edits) return <StrategyForm strategyId={strategyId} onDone={() => setEdits(false)} />;
  return (
    <div className="grid gap-3">
      {strategy.description && <p className="max-w-[74ch] whitespace-pre-wrap">{strategy.description}</p>}
      <Facts
        items={[
          { name: 'Owner', value: strategy.ownerName },
          { name: 'Portfolio', value: strategy.portfolioName },
          { name: 'Engine', value: strategy.engineName ?? 'none chosen' },
          { name: 'Registered', value: <Time at={strategy.createdAt} withDate /> },
        ]}
      />
      {mayEdit && (
        <div>
          <Button size="sm" onClick={() => setEdits(true)}>
            Change…
          </Button>
        </div>
      )}
    </div>
  );
}

type Values = { name: string; description: string; engineId: string };

function StrategyForm({ strategyId, onDone }: { strategyId: string; onDone: () => void }) {
  const trpc = useTRPC();
  const { data: strategy } = useSuspenseQuery(trpc.strategies.byId.queryOptions({ strategyId }));
  const { data: engines } = useSuspenseQuery(trpc.strategies.engines.queryOptions());
  const change = useMutation(trpc.strategies.change.mutationOptions());
  const form = useForm<Values>({
    defaultValues: { name: strategy.name, description: strategy.description, engineId: strategy.engineId ?? '' },
  });
  const errors = form.formState.errors;
  const { submit, pending, refusal } = useSubmit(form, (values) =>
    change.mutateAsync({ strategyId, ...values, engineId: values.engineId || null }).then(onDone),
  );
  return (
    <form onSubmit={submit} className="grid gap-4" noValidate aria-label="Change the strategy">
      <Field label="Name" error={errors.name?.message}>
        <Input {...form.register('name')} autoComplete="off" />
      </Field>
      <Field label="What it does" optional error={errors.description?.message}>
        <Textarea {...form.register('description')} />
      </Field>
      <Field label="Engine" optional error={errors.engineId?.message}>
        <Select {...form.register('engineId')}>
          <option value="">None yet</option>
          {engines
            .filter((engine) => engine.portfolioId === strategy.portfolioId)
            .map((engine) => (
              <option key={engine.id} value={engine.id}>
                {engine.name}
              </option>
            ))}
        </Select>
      </Field>
      <FormStatus pending={pending} error={refusal} />
      <div className="flex gap-2">
        <Button type="submit" variant="primary" sending={pending}>
          Save strategy
        </Button>
        <Button onClick={onDone}>Cancel</Button>
      </div>
    </form>
  );
}
