'use client';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { useForm } from 'react-hook-form';
import { FormStatus } from '../forms/form-status';
import { useSubmit } from '../forms/use-submit';
import { useTRPC } from '../trpc';
import { Button } from '../ui/button';
import { Field, Input } from '../ui/field';
import { InvitationLink } from './invitation-link';
import { RoleChoice, type RoleValue } from './role-choice';

type Values = { name: string; email: string; phone: string };
type Invited = { name: string; ticket: string; proposed: number };

/** Adds a person: they get a link, choose their password there and enrol a second factor at once. */
export function InviteForm() {
  const trpc = useTRPC();
  const form = useForm<Values>({ defaultValues: { name: '', email: '', phone: '' } });
  const [role, setRole] = useState<RoleValue>({ role: 'viewer', portfolioId: '' });
  const [invited, setInvited] = useState<Invited | null>(null);
  const invite = useMutation(trpc.people.invite.mutationOptions());
  const { errors } = form.formState;

  const { submit, pending, refusal } = useSubmit(form, ({ name, email, phone }) =>
    invite
      .mutateAsync({
        name,
        email,
        phone: phone.trim() || null,
        grants: [{ role: role.role, portfolioId: role.portfolioId || null }],
      })
      .then(({ ticket, proposed }) => {
        setInvited({ name, ticket, proposed });
        form.reset();
      }),
  );

  return (
    <form onSubmit={submit} className="grid gap-4" noValidate aria-label="Invite a person">
      <Field label="Name" error={errors.name?.message}>
        <Input {...form.register('name')} autoComplete="off" />
      </Field>
      <Field label="E-mail" error={errors.email?.message}>
        <Input {...form.register('email')} type="email" autoComplete="off" />
      </Field>
      <Field label="Phone" optional hint="For alerts by text message: +14155550123." error={errors.phone?.message}>
        <Input {...form.register('phone')} type="tel" autoComplete="off" />
      </Field>
      <RoleChoice value={role} onChange={setRole} />
      <p className="text-xs text-ink-3">
        Risk officer, manager, board and admin are proposed only: two people of manager or board agree to them.
      </p>
      <FormStatus pending={pending} error={refusal} />
      {invited && (
        <InvitationLink
          ticket={invited.ticket}
          title={`${invited.name} is invited.${invited.proposed ? ' The role waits for two people.' : ''}`}
        />
      )}
      <div>
        <Button type="submit" variant="primary" sending={pending}>
          Invite person
        </Button>
      </div>
    </form>
  );
}
