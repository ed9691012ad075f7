'use client';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { type UseFormReturn, useForm } from 'react-hook-form';
import type { ChannelView } from '@/server/notifications/view';
import { FormStatus } from '../forms/form-status';
import { useSubmit } from '../forms/use-submit';
import { usePortfolios } from '../shell/portfolio';
import { useTRPC } from '../trpc';
import { Button } from '../ui/button';
import { Panel } from '../ui/dialog';
import { Field, Input, Select, Textarea } from '../ui/field';
import { type ChannelValues, fieldsOf, NEW_CHANNEL, valuesOf } from './channel-values';
import { ShownOnce } from './shown-once';

/** Makes a channel, or edits one: where it leads, and which alerts it hears. */
export function ChannelForm({ channel, onClose }: { channel: ChannelView | null; onClose: () => void }) {
  const trpc = useTRPC();
  const form = useForm<ChannelValues>({ defaultValues: channel ? valuesOf(channel) : NEW_CHANNEL });
  const create = useMutation(trpc.channels.create.mutationOptions());
  const edit = useMutation(trpc.channels.edit.mutationOptions());
  const [made, setMade] = useState<string | null>(null);
  const kind = form.watch('kind');
  const { submit, pending, refusal } = useSubmit(form, async (values) => {
    const fields = fieldsOf(values);
    if (channel) await edit.mutateAsync({ id: channel.id, ...fields });
    else {
      const { shownOnce } = await create.mutateAsync(fields);
      if (shownOnce) return setMade(shownOnce);
    }
    onClose();
  });
  return (
    <Panel
      open
      onOpenChange={(open) => !open && onClose()}
      title={channel ? `Edit ${channel.name}` : 'New channel'}
      footer={
        made ? (
          <Button variant="primary" onClick={onClose}>
            I have stored it
          </Button>
        ) : (
          <>
            <Button onClick={onClose}>Leave it</Button>
            <Button variant="primary" sending={pending} onClick={submit}>
              {channel ? 'Save channel' : 'Create channel'}
            </Button>
          </>
        )
      }
    >
      {made ? (
        <ShownOnce secret={made} />
      ) : (
        <form onSubmit={submit} noValidate className="grid gap-4" aria-label={channel ? 'Channel' : 'New channel'}>
          {!channel && (
            <Field label="Kind">
              <Select {...form.register('kind')}>
                <option value="email">E-mail</option>
                <option value="webhook">Signed webhook</option>
              </Select>
            </Field>
          )}
          <Field
            label="Name"
            hint="People read it beside each delivery, such as “Technical team”."
            error={form.formState.errors.name?.message}
          >
            <Input {...form.register('name')} autoComplete="off" />
          </Field>
          {kind === 'email' ? (
            <EmailFields form={form} channel={channel} />
          ) : (
            <WebhookFields form={form} channel={channel} />
          )}
          <HearsFields form={form} />
          <FormStatus pending={pending} error={refusal} />
          <button type="submit" className="sr-only" tabIndex={-1}>
            Save
          </button>
        </form>
      )}
    </Panel>
  );
}

type Part = { form: UseFormReturn<ChannelValues>; channel: ChannelView | null };

function EmailFields({ form, channel }: Part) {
  return (
    <>
      <Field label="To" hint="One or several addresses, separated by commas.">
        <Textarea rows={2} {...form.register('to')} />
      </Field>
      <Field label="From">
        <Input type="email" {...form.register('from')} autoComplete="off" />
      </Field>
      <div className="grid grid-cols-[minmax(0,1fr)_6rem] gap-4">
        <Field label="Mail server">
          <Input {...form.register('host')} autoComplete="off" />
        </Field>
        <Field label="Port">
          <Input {...form.register('port')} inputMode="numeric" />
        </Field>
      </div>
      <Field label="Encryption" hint="None only for a server on a private network that OUTBOUND_ALLOW opens.">
        <Select {...form.register('security')}>
          <option value="starttls">STARTTLS, required</option>
          <option value="tls">TLS from the start</option>
          <option value="none">None</option>
        </Select>
      </Field>
      <Field label="User name" optional>
        <Input {...form.register('username')} autoComplete="off" />
      </Field>
      <Field
        label="Password"
        optional
        hint={channel?.hasSecret ? 'Leave it empty to keep the stored one.' : 'Stored encrypted.'}
        error={form.formState.errors.secret?.message}
      >
        <Input type="password" {...form.register('secret')} autoComplete="new-password" />
      </Field>
    </>
  );
}

function WebhookFields({ form, channel }: Part) {
  return (
    <>
      <Field label="Address" hint="Redirects are not followed. A private address has to be opened by OUTBOUND_ALLOW.">
        <Input type="url" {...form.register('url')} autoComplete="off" />
      </Field>
      {!channel && (
        <Field
          label="Secret"
          optional
          hint="whsec_… of the receiver. Left empty, one is made and shown once."
          error={form.formState.errors.secret?.message}
        >
          <Input {...form.register('secret')} autoComplete="off" />
        </Field>
      )}
    </>
  );
}

function HearsFields({ form }: { form: UseFormReturn<ChannelValues> }) {
  const portfolios = usePortfolios();
  const { errors } = form.formState;
  return (
    <>
      <Field
        label="Told from"
        hint="Technical team at once; management and board when nobody has acknowledged."
        error={errors.level?.message}
      >
        <Select {...form.register('level')}>
          <option value="0">Technical team</option>
          <option value="1">Management</option>
          <option value="2">Board</option>
        </Select>
      </Field>
      <Field
        label="Least severity"
        hint="An emergency reaches every channel, whatever stands here."
        error={errors.minimumSeverity?.message}
      >
        <Select {...form.register('minimumSeverity')}>
          <option value="low">Low (in the daily digest)</option>
          <option value="medium">Medium</option>
          <option value="high">High</option>
          <option value="critical">Critical</option>
        </Select>
      </Field>
      <Field label="Portfolio" error={errors.portfolioId?.message}>
        <Select {...form.register('portfolioId')}>
          <option value="">All of the firm</option>
          {portfolios.map((portfolio) => (
            <option key={portfolio.id} value={portfolio.id}>
              {portfolio.name}
            </option>
          ))}
        </Select>
      </Field>
    </>
  );
}
