'use client';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { useForm } from 'react-hook-form';
import { FormStatus } from '../forms/form-status';
import { useSubmit } from '../forms/use-submit';
import { useMe } from '../shell/me';
import { useTRPC } from '../trpc';
import { Button } from '../ui/button';
import { Field, Input } from '../ui/field';
import { Note } from '../ui/note';
import { SignField } from './sign-field';
import { useSigned } from './use-signed';

type Values = { current: string; next: string; again: string };

/** Changes one's own password; every other session of the account ends with it. */
export function PasswordForm() {
  const trpc = useTRPC();
  const form = useForm<Values>({ defaultValues: { current: '', next: '', again: '' } });
  const change = useMutation(trpc.identity.changePassword.mutationOptions());
  const signed = useSigned('account.change-password', useMe().id);
  const [ended, setEnded] = useState<number | null>(null);
  const { errors } = form.formState;

  const { submit, pending, refusal } = useSubmit(form, async ({ current, next, again }) => {
    setEnded(null);
    if (next !== again) return form.setError('again', { message: 'This differs from the line above.' });
    await signed.run(async (stepUp) => setEnded((await change.mutateAsync({ current, next, stepUp })).ended));
  });

  return (
    <form onSubmit={submit} className="grid max-w-96 gap-4" noValidate aria-label="Change password">
      <input type="text" name="username" autoComplete="username" value={useMe().email} readOnly hidden />
      <Field label="Current password" error={errors.current?.message}>
        <Input type="password" autoComplete="current-password" {...form.register('current')} />
      </Field>
      <Field
        label="New password"
        hint="12 characters or more, of any kind. Common ones are refused."
        error={errors.next?.message}
      >
        <Input type="password" autoComplete="new-password" {...form.register('next')} />
      </Field>
      <Field label="New password again" error={errors.again?.message}>
        <Input type="password" autoComplete="new-password" {...form.register('again')} />
      </Field>
      <SignField signed={signed} />
      <FormStatus pending={pending} error={refusal} />
      {ended !== null && (
        <Note tone="ok" role="status" title="Password changed.">
          {ended === 0 ? 'No other session was open.' : `${ended} other ${ended === 1 ? 'session' : 'sessions'} ended.`}
        </Note>
      )}
      <div>
        <Button
          type="submit"
          variant="primary"
          sending={pending}
          blocked={signed.ready ? undefined : 'Give your second factor first.'}
        >
          Change password
        </Button>
      </div>
    </form>
  );
}
