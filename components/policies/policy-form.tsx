'use client';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { useForm } from 'react-hook-form';
import type { PolicyView } from '@/server/policies/view';
import { FormStatus } from '../forms/form-status';
import { useSubmit } from '../forms/use-submit';
import { useTRPC } from '../trpc';
import { Button } from '../ui/button';
import { Panel } from '../ui/dialog';
import { Field, Fieldset, Input, Select, Textarea } from '../ui/field';
import { Note } from '../ui/note';
import { Warnings } from './warnings';
import { POLICY_WORDS } from './words';

type Values = Record<string, string>;
type PolicyField = PolicyView['form']['fields'][number];
const REASON = 'reason';

/** A new version of a policy, from what holds now. What is refused stays typed, with each field at fault named. */
export function PolicyForm({ policy, onClose }: { policy: PolicyView; onClose: () => void }) {
  const trpc = useTRPC();
  const form = useForm<Values>({ defaultValues: { ...policy.form.values, [REASON]: '' } });
  const propose = useMutation(trpc.policies.propose.mutationOptions());
  const [warnings, setWarnings] = useState<string[] | null>(null);
  const { errors } = form.formState;
  const message = (name: string) => (errors[name] as { message?: string } | undefined)?.message;
  const groups = [...new Set(policy.form.fields.map(({ group }) => group))];
  const { submit, pending, refusal } = useSubmit(form, ({ [REASON]: reason = '', ...values }) =>
    propose
      .mutateAsync({ kind: policy.kind, values, reason })
      .then((saved) => (saved.warnings.length > 0 ? setWarnings(saved.warnings) : onClose())),
  );
  const control = (field: PolicyField) => {
    if (field.options || field.kind === 'flag') {
      const options = field.options ?? [
        { value: 'no', label: 'No' },
        { value: 'yes', label: 'Yes' },
      ];
      return (
        <Select {...form.register(field.name)}>
          {options.map((option) => (
            <option key={option.value} value={option.value}>
              {option.label}
            </option>
          ))}
        </Select>
      );
    }
    return <Input inputMode="decimal" autoComplete="off" {...form.register(field.name)} />;
  };
  return (
    <Panel
      open
      onOpenChange={(open) => !open && onClose()}
      title={`${POLICY_WORDS[policy.kind].title}: a new version`}
      description="Two different people of risk officer and manager put it into force, each with a second factor; whoever proposes it agrees like everybody. An admin may propose it."
      footer={
        warnings ? (
          <Button variant="primary" onClick={onClose}>
            I have read it
          </Button>
        ) : (
          <>
            <Button onClick={onClose}>Leave it</Button>
            <Button variant="primary" sending={pending} onClick={submit}>
              Propose
            </Button>
          </>
        )
      }
    >
      {warnings ? (
        <div className="grid gap-4">
          <Note tone="run" title="Saved as a proposal" />
          <Warnings warnings={warnings} />
        </div>
      ) : (
        <form onSubmit={submit} noValidate className="grid gap-4" aria-label={POLICY_WORDS[policy.kind].title}>
          {groups.map((group) => (
            <Fieldset key={group} legend={group}>
              <div className="grid grid-cols-2 gap-3 phone:grid-cols-1">
                {policy.form.fields
                  .filter((field) => field.group === group)
                  .map((field) => (
                    <Field
                      key={field.name}
                      label={field.unit ? `${field.label}, ${field.unit}` : field.label}
                      optional={field.kind === 'minutes-or-never'}
                      hint={field.kind === 'minutes-or-never' ? 'Empty: never.' : undefined}
                      error={message(field.name)}
                    >
                      {control(field)}
                    </Field>
                  ))}
              </div>
            </Fieldset>
          ))}
          <Field label="Why" hint="Read by those who agree; stays with the version." error={message(REASON)}>
            <Textarea rows={3} {...form.register(REASON)} />
          </Field>
          <FormStatus pending={pending} error={refusal} />
          <button type="submit" className="sr-only" tabIndex={-1}>
            Propose
          </button>
        </form>
      )}
    </Panel>
  );
}
