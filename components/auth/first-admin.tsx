'use client';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { useForm } from 'react-hook-form';
import { FormStatus } from '../forms/form-status';
import { useSubmit } from '../forms/use-submit';
import { useTRPC } from '../trpc';
import { Button } from '../ui/button';
import { Field, Input } from '../ui/field';
import { Status } from '../ui/status';
import { Enrolment } from './enrolment';

/** First run: the admin's name, e-mail and password, then their second factor. Nothing trades until this is done. */
export function FirstAdmin() {
  const trpc = useTRPC();
  const form = useForm({ defaultValues: { name: '', email: '', password: '' } });
  const create = useMutation(trpc.identity.createFirstAdmin.mutationOptions());
  const [ticket, setTicket] = useState<string | null>(null);
  const { errors } = form.formState;
  const { submit, pending, refusal } = useSubmit(form, async (values) =>
    setTicket((await create.mutateAsync(values)).ticket),
  );
  return (
    <ol className="grid">
      <li className="border-t border-line py-3">
        <div className="flex items-center justify-between gap-2">
          {ticket ? (
            <Status kind="passed">First admin: {form.getValues('name')}</Status>
          ) : (
            <Status kind="running">First admin</Status>
          )}
          <span className="text-xs text-ink-3">{ticket ? 'done' : 'step 1'}</span>
        </div>
        {!ticket && (
          <form onSubmit={submit} className="mt-4 grid gap-4" noValidate>
            <Field label="Name" error={errors.name?.message}>
              <Input
                autoComplete="name"
                autoFocus
                {...form.register('name', { required: 'Enter your name.' })}
                className="h-10"
              />
            </Field>
            <Field label="Email" error={errors.email?.message}>
              <Input
                type="email"
                autoComplete="username"
                {...form.register('email', { required: 'Enter your e-mail address.' })}
                className="h-10"
              />
            </Field>
            <Field
              label="Password"
              error={errors.password?.message}
              hint="Any characters, the longer the better. Common ones are refused."
            >
              <Input
                type="password"
                autoComplete="new-password"
                {...form.register('password', { required: 'Choose a password.' })}
                className="h-10"
              />
            </Field>
            <FormStatus pending={pending} error={refusal} />
            <Button type="submit" variant="primary" size="lg" sending={pending}>
              Create the first admin
            </Button>
          </form>
        )}
      </li>
      <li className="border-y border-line py-3">
        <div className="flex items-center justify-between gap-2">
          <Status kind={ticket ? 'running' : 'not-started'}>Second factor</Status>
          <span className="text-xs text-ink-3">{ticket ? 'required' : 'step 2'}</span>
        </div>
        {ticket && (
          <div className="mt-4">
            <Enrolment ticket={ticket} onDone={() => window.location.assign('/settings/portfolios')} />
          </div>
        )}
      </li>
      <li className="flex items-center justify-between gap-2 border-b border-line py-3">
        <Status kind="not-started">Portfolio, base currency, time zone, calendar</Status>
        <span className="text-xs text-ink-3">then</span>
      </li>
    </ol>
  );
}
