'use client';
import { useMutation } from '@tanstack/react-query';
import { useForm } from 'react-hook-form';
import { ENGINE_ROLE_LABEL, ENGINE_ROLES, type EngineRole } from '@/server/engines/roles';
import { FormStatus } from '../forms/form-status';
import { applyServerError } from '../forms/server-error';
import { usePortfolioId, usePortfolios } from '../shell/portfolio';
import { useTRPC } from '../trpc';
import { Button } from '../ui/button';
import { Panel } from '../ui/dialog';
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
  const submit = form.handleSubmit((values) =>
    register
      .mutateAsync(values)
      .then(({ secret }) => {
        onClose();
        onSecret({
          engine: values.name,
          secret,
          note: 'Set it at the engine now. A Risk officer other than you approves the engine next.',
        });
      })
      .catch((error) => applyServerError(form.setError, error)),
  );
  return (
    <Panel
      open
      onOpenChange={(open) => !open && onClose()}
      title="Register engine"
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button variant="primary" type="submit" form="register-engine" sending={register.isPending}>
            Register engine
          </Button>
        </>
      }
    >
      <form id="register-engine" onSubmit={submit} className="grid gap-4" noValidate>
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
          <Input
            {...form.register('url')}
            inputMode="url"
            placeholder="https://engine.example.com"
            autoComplete="off"
          />
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
        <FormStatus pending={register.isPending} error={errors.root?.server?.message} />
      </form>
    </Panel>
  );
}
