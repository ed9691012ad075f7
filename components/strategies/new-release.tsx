'use client';
import { useMutation } from '@tanstack/react-query';
import { useRouter } from 'next/navigation';
import { useState } from 'react';
import { useForm } from 'react-hook-form';
import { FormStatus } from '../forms/form-status';
import { useSubmit } from '../forms/use-submit';
import { useTRPC } from '../trpc';
import { Button } from '../ui/button';
import { Field, Input, Textarea } from '../ui/field';
import { Seg } from '../ui/seg';

type Values = { version: string; artefactDigest: string; configDigest: string; configuration: string; notes: string };

/** Records the immutable identity of a release and opens its page. */
export function NewRelease({ strategyId }: { strategyId: string }) {
  const trpc = useTRPC();
  const router = useRouter();
  const [from, setFrom] = useState<'digest' | 'json'>('digest');
  const create = useMutation(trpc.strategies.createRelease.mutationOptions());
  const form = useForm<Values>({
    defaultValues: { version: '', artefactDigest: '', configDigest: '', configuration: '', notes: '' },
  });
  const errors = form.formState.errors;
  const { submit, pending, refusal } = useSubmit(form, ({ configDigest, configuration, ...values }) =>
    create
      .mutateAsync({ strategyId, ...values, ...(from === 'digest' ? { configDigest } : { configuration }) })
      .then((releaseId) => router.push(`/strategies/${strategyId}/releases/${releaseId}`)),
  );
  return (
    <form onSubmit={submit} className="grid gap-4" noValidate aria-label="New release">
      <Field label="Version" error={errors.version?.message}>
        <Input {...form.register('version')} autoComplete="off" placeholder="1.4.0" />
      </Field>
      <Field
        label="Artefact digest"
        hint="Of the image or archive that will run. The engine must report the same."
        error={errors.artefactDigest?.message}
      >
        <Input
          {...form.register('artefactDigest')}
          autoComplete="off"
          spellCheck={false}
          className="mono"
          placeholder="sha256:…"
        />
      </Field>
      <div className="grid gap-2">
        <Seg
          label="How the configuration is given"
          value={from}
          onChange={setFrom}
          options={[
            { value: 'digest', label: 'Digest of it' },
            { value: 'json', label: 'Its JSON' },
          ]}
        />
        {from === 'digest' ? (
          <Field label="Configuration digest" error={errors.configDigest?.message}>
            <Input
              {...form.register('configDigest')}
              autoComplete="off"
              spellCheck={false}
              className="mono"
              placeholder="sha256:…"
            />
          </Field>
        ) : (
          <Field
            label="Configuration as JSON"
            hint="Hashed in its canonical form (RFC 8785) and not kept."
            error={errors.configuration?.message ?? errors.configDigest?.message}
          >
            <Textarea {...form.register('configuration')} rows={5} spellCheck={false} className="mono" />
          </Field>
        )}
      </div>
      <Field label="Notes" optional error={errors.notes?.message}>
        <Textarea {...form.register('notes')} />
      </Field>
      <FormStatus pending={pending} error={refusal} />
      <div>
        <Button type="submit" variant="primary" sending={pending}>
          Record release
        </Button>
      </div>
    </form>
  );
}
