'use client';
import { startRegistration } from '@simplewebauthn/browser';
import { useMutation, useSuspenseQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useForm } from 'react-hook-form';
import { FormStatus } from '../forms/form-status';
import { wordsOf } from '../forms/server-error';
import { useSubmit } from '../forms/use-submit';
import { useMe } from '../shell/me';
import { useTRPC } from '../trpc';
import { Button } from '../ui/button';
import { Panel } from '../ui/dialog';
import { Field, Input } from '../ui/field';
import { EmptyState } from '../ui/states';
import { Table } from '../ui/table';
import { Time } from '../ui/time';
import { SignField } from './sign-field';
import { useSigned } from './use-signed';

type Passkey = { id: string; name: string; createdAt: Date; lastUsedAt: Date | null };

/** Passkeys of one's account: both factors in one, and never locked by wrong tries. */
export function Passkeys() {
  const trpc = useTRPC();
  const { passkeys } = useSuspenseQuery(trpc.identity.factors.queryOptions()).data;
  const [open, setOpen] = useState<'add' | Passkey | null>(null);
  const close = () => setOpen(null);
  const add = (
    <Button size="sm" onClick={() => setOpen('add')}>
      Add passkey…
    </Button>
  );
  return (
    <>
      <Table
        label="Passkeys"
        rows={passkeys}
        rowKey={(row) => row.id}
        empty={
          <EmptyState title="No passkey yet." action={add}>
            A passkey is both factors in one, and the fastest way in at 3 a.m.
          </EmptyState>
        }
        columns={[
          { key: 'name', head: 'Name', cell: (row) => row.name },
          { key: 'created', head: 'Added', cell: (row) => <Time at={row.createdAt} day /> },
          {
            key: 'used',
            head: 'Last used',
            cell: (row) => (row.lastUsedAt ? <Time at={row.lastUsedAt} /> : <span className="text-ink-3">never</span>),
          },
          {
            key: 'remove',
            head: <span className="sr-only">Remove</span>,
            numeric: true,
            cell: (row) => (
              <Button size="sm" variant="quiet" onClick={() => setOpen(row)} aria-label={`Remove passkey ${row.name}`}>
                Remove…
              </Button>
            ),
          },
        ]}
      />
      {passkeys.length > 0 && <div className="px-4 py-3">{add}</div>}
      {open === 'add' && <AddPanel onClose={close} />}
      {open && open !== 'add' && <RemovePanel passkey={open} onClose={close} />}
    </>
  );
}

function AddPanel({ onClose }: { onClose: () => void }) {
  const trpc = useTRPC();
  const options = useMutation(trpc.identity.beginPasskey.mutationOptions());
  const add = useMutation(trpc.identity.addPasskey.mutationOptions());
  const signed = useSigned('account.add-passkey', useMe().id);
  const form = useForm({ defaultValues: { name: '' } });
  const { submit, pending, refusal } = useSubmit(form, async ({ name }) => {
    if (!name.trim()) return form.setError('name', { message: 'Name it after the device it lives on.' });
    const done = await signed.run(async (stepUp) => {
      const response = await startRegistration({ optionsJSON: await options.mutateAsync() });
      await add.mutateAsync({ name, response, stepUp });
    });
    if (done) onClose();
  });
  return (
    <Panel open onOpenChange={onClose} title="Add passkey" description="Your account">
      <form onSubmit={submit} className="grid gap-4" noValidate>
        <Field label="Name" hint="Such as the device it lives on." error={form.formState.errors.name?.message}>
          <Input {...form.register('name')} autoComplete="off" />
        </Field>
        <SignField signed={signed} />
        <FormStatus pending={pending} error={refusal} />
        <div>
          <Button
            type="submit"
            variant="primary"
            sending={pending}
            blocked={signed.ready ? undefined : 'Give your second factor first.'}
          >
            Add passkey
          </Button>
        </div>
      </form>
    </Panel>
  );
}

function RemovePanel({ passkey, onClose }: { passkey: Passkey; onClose: () => void }) {
  const trpc = useTRPC();
  const remove = useMutation(trpc.identity.removePasskey.mutationOptions());
  const signed = useSigned('account.remove-passkey', useMe().id);
  const press = () =>
    signed
      .run((stepUp) => remove.mutateAsync({ id: passkey.id, stepUp }))
      .then((done) => done && onClose())
      .catch(() => {});
  return (
    <Panel open onOpenChange={onClose} title={`Remove passkey "${passkey.name}"`} description="Your account">
      <div className="grid gap-4">
        <p className="text-ink-2">It signs nobody in from then on. Sessions that it opened go on until they end.</p>
        <SignField signed={signed} />
        <FormStatus pending={remove.isPending} error={remove.error && wordsOf(remove.error)} />
        <div>
          <Button
            variant="primary"
            onClick={press}
            sending={remove.isPending}
            blocked={signed.ready ? undefined : 'Give your second factor first.'}
          >
            Remove passkey
          </Button>
        </div>
      </div>
    </Panel>
  );
}
