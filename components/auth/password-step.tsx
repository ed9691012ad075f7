'use client';
import { browserSupportsWebAuthn, startAuthentication } from '@simplewebauthn/browser';
import { useMutation } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { useForm } from 'react-hook-form';
import { FormStatus } from '../forms/form-status';
import { wordsOf } from '../forms/server-error';
import { useSubmit } from '../forms/use-submit';
import { useTRPC } from '../trpc';
import { Button } from '../ui/button';
import { Field, Input } from '../ui/field';
import { openSession } from './open-session';

type Next =
  | { next: 'second-factor'; ticket: string; factors: ('totp' | 'passkey' | 'recovery')[] }
  | { next: 'enrol'; ticket: string };

/** E-mail and password, or a passkey, which is both factors at once. */
export function PasswordStep({
  onNext,
  onSignedIn,
}: {
  onNext: (next: Next, email: string) => void;
  onSignedIn: () => void;
}) {
  const trpc = useTRPC();
  const form = useForm({ defaultValues: { email: '', password: '' } });
  const password = useMutation(trpc.identity.passwordStep.mutationOptions());
  const [hasPasskeys, setHasPasskeys] = useState(false);
  const [isEntering, setEntering] = useState(false);
  const options = useMutation(trpc.identity.passkeySignInOptions.mutationOptions());
  const passkey = useMutation(trpc.identity.passkeySignIn.mutationOptions());
  const [passkeyError, setPasskeyError] = useState<string | null>(null);
  useEffect(() => setHasPasskeys(browserSupportsWebAuthn()), []);

  const { submit, pending, refusal } = useSubmit(form, async (values) => {
    try {
      onNext(await password.mutateAsync(values), values.email);
    } catch (error) {
      form.setFocus('password', { shouldSelect: true });
      throw error;
    }
  });
  const usePasskey = async () => {
    setPasskeyError(null);
    setEntering(true);
    try {
      const response = await startAuthentication({ optionsJSON: await options.mutateAsync() });
      await openSession((await passkey.mutateAsync({ response })).ticket);
      onSignedIn();
    } catch (error) {
      setPasskeyError(wordsOf(error));
      setEntering(false);
    }
  };
  const { errors } = form.formState;
  return (
    <form onSubmit={submit} className="grid gap-4" noValidate>
      <Field label="Email" error={errors.email?.message}>
        <Input
          type="email"
          autoComplete="username webauthn"
          autoFocus
          {...form.register('email', { required: 'Enter your e-mail address.' })}
          className="h-10"
        />
      </Field>
      <Field label="Password" error={errors.password?.message ?? (errors.email ? undefined : refusal)}>
        <Input
          type="password"
          autoComplete="current-password"
          {...form.register('password', { required: 'Enter your password.' })}
          className="h-10"
        />
      </Field>
      <FormStatus pending={pending} />
      <Button type="submit" variant="primary" size="lg" sending={pending}>
        Continue
      </Button>
      {hasPasskeys && (
        <>
          <div className="flex items-center gap-3 text-xs text-ink-3">
            <span className="h-px flex-1 bg-line" />
            or
            <span className="h-px flex-1 bg-line" />
          </div>
          <Button size="lg" glyph="key" sending={isEntering} onClick={usePasskey}>
            Sign in with a passkey
          </Button>
          <FormStatus error={passkeyError} />
        </>
      )}
    </form>
  );
}
