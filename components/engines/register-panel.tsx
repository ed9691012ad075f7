'use client';
import { useMutation } from '@tanstack/react-query';
import { useForm } from 'react-hook-form';
import { ENGINE_ROLE_LABEL, ENGINE_ROLES, type EngineRole } from '@/server/engines/roles';
import { FormPanel } from '../forms/form-panel';
import { useSubmit } from '../forms/use-submit';
import { usePortfolioId, usePortfolios } from '../shell/portfolio';
import { useTRPC } from '../trpc';
import { Checkbox, Field, Fieldset, Input, Select } from '../ui/field';
import type { Secret } from './secret-panel';

type Values = { portfolioId: string; name: string; url: string; roles: EngineRole[]; isDrillTarget: boolean };

/** A new system of the stack: where it is and what it does. Its secret is shown once it is registered. */
export function RegisterPanel({ onClose, onSecret }: { onClose: () => void; onSecret: (secret: Secret) => void }) {
  const trpc = useTRPC();
  const portfolios = usePortfolios();
  const chosen = usePortfolioId();
  const form = useForm<Values>({
    defaultValues: { portfolioId: chosen ?? '', name: '', url: '', roles: [...ENGINE_ROLES], isDrillTarget: false },
  });
  const register = useMutation(trpc.engines.register.mutationOptions());
  const { errors } = form.formState;
  const submission = useSubmit(form, (values) =>
    register.mutateAsync(values).then(({ secret }) => {
      onClose();
      onSecret({
        engine: values.name,
        secret,
        note: 'Set it at the engine now. A Risk officer other than you approves the engine next.',
      });
    }),
  );
  return (
    <FormPanel title="Register engine" submission={submission} submitLabel="Register engine" onClose={onClose}>
      <Field label="Portfolio" error={errors.portfolioId?.message}>
        <Select {...form.register('portfolioId')}>
          <option value="">Choose…</option>
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
      <Field
        label="Address"
        hint="Commands go to this address + /commands. A private network must be opened by OUTBOUND_ALLOW."
        error={errors.url?.message}
      >
        <Input {...form.register('url')} inputMode="url" placeholder="https://engine.example.com" autoComplete="off" />
      </Field>
      <Fieldset legend="Roles" error={errors.roles?.message}>
        {ENGINE_ROLES.map((role) => (
          <Checkbox key={role} value={role} {...form.register('roles')}>
            {ENGINE_ROLE_LABEL[role]}
          </Checkbox>
        ))}
      </Fieldset>
      <Checkbox {...form.register('isDrillTarget')}>
        Drill target: reached by drills only, never by real commands
      </Checkbox>
    </FormPanel>
  );
}
