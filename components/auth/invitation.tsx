'use client';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useForm } from 'react-hook-form';
import { FormStatus } from '../forms/form-status';
import { wordsOf } from '../forms/server-error';
import { useSubmit } from '../forms/use-submit';
import { useTRPC } from '../trpc';
import { Button, ButtonLink } from '../ui/button';
import { Field, Input } from '../ui/field';
import { Note } from '../ui/note';
import { Skeleton } from '../ui/states';
import { AuthFrame } from './auth-frame';
import { Enrolment } from './enrolment';

/** An invited person chooses a password, then sets up their second factor. */
export function Invitation({ invite }: { invite: string }) {
  const trpc = useTRPC();
  const invitation = useQuery(
    trpc.identity.invitation.queryOptions({ ticket: invite }, { retry: false, staleTime: Number.POSITIVE_INFINITY }),
  );
  const accept = useMutation(trpc.identity.acceptInvitation.mutationOptions());
  const form = useForm({ defaultValues: { password: '' } });
  const [ticket, setTicket] = useState<string | null>(null);
  const { submit, pending, refusal } = useSubmit(form, async ({ password }) =>
    setTicket((await accept.mutateAsync({ ticket: invite, password })).ticket),
  );
  if (ticket)
    return (
      <AuthFrame title="Set up your second factor" sub="It is asked at each sign-in and for each signature." wide>
        <Enrolment ticket={ticket} onDone={() => window.location.assign('/')} />
      </AuthFrame>
    );
  if (invitation.error)
    return (
      <AuthFrame title="This invitation cannot be used">
        <div className="grid gap-4">
          <Note tone="high" title={wordsOf(invitation.error)}>
            Invitations last 72 h and work once. Ask an admin for a new one, or sign in if you have an account.
          </Note>
          <ButtonLink href="/login">Sign in</ButtonLink>
        </div>
      </AuthFrame>
    );
  if (!invitation.data)
    return (
      <AuthFrame title="Welcome">
        <Skeleton label="your invitation" rows={3} />
      </AuthFrame>
    );
  const { errors } = form.formState;
  return (
    <AuthFrame title={`Welcome, ${invitation.data.name}`} sub={invitation.data.email}>
      <form onSubmit={submit} className="grid gap-4" noValidate>
        <input type="hidden" autoComplete="username" value={invitation.data.email} readOnly />
        <Field
          label="Choose a password"
          error={errors.password?.message}
          hint="Any characters, the longer the better. Common ones are refused."
        >
          <Input
            type="password"
            autoComplete="new-password"
            autoFocus
            {...form.register('password', { required: 'Choose a password.' })}
            className="h-10"
          />
        </Field>
        <FormStatus pending={pending} error={refusal} />
        <Button type="submit" variant="primary" size="lg" sending={pending}>
          Continue
        </Button>
      </form>
    </AuthFrame>
  );
}
