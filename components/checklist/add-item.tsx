'use client';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { useForm } from 'react-hook-form';
import { ROLE_LABEL, type Role } from '@/server/kernel/actor';
import { FormPanel } from '../forms/form-panel';
import { useSubmit } from '../forms/use-submit';
import { useTRPC } from '../trpc';
import { Button } from '../ui/button';
import { Checkbox, Field, Fieldset, Input, Select, Textarea } from '../ui/field';
import { OWNERS } from './edit-item';

const SECTIONS = ['Security', 'Strategy validation', 'Infrastructure', 'Operational'] as const;
const KINDS = ['text', 'link', 'file', 'import'] as const;
type Values = {
  section: (typeof SECTIONS)[number];
  text: string;
  ownerRole: Role;
  isCritical: boolean;
  evidenceKinds: (typeof KINDS)[number][];
  dueAt: string;
};

/** Adds an item to this launch's checklist; it counts like those of the template. */
export function AddItem({ launchId }: { launchId: string }) {
  const trpc = useTRPC();
  const [isOpen, setOpen] = useState(false);
  const add = useMutation(trpc.checklist.addItem.mutationOptions());
  const form = useForm<Values>({
    defaultValues: {
      section: 'Operational',
      text: '',
      ownerRole: 'engineer',
      isCritical: false,
      evidenceKinds: ['text', 'link', 'file'],
      dueAt: '',
    },
  });
  const { errors } = form.formState;
  const submission = useSubmit(form, ({ dueAt, ...values }) =>
    add.mutateAsync({ launchId, ...values, dueAt: dueAt ? new Date(`${dueAt}T23:59:59Z`) : null }).then(() => {
      setOpen(false);
      form.reset();
    }),
  );
  return (
    <>
      <Button size="sm" variant="quiet" onClick={() => setOpen(true)}>
        Add item…
      </Button>
      <FormPanel
        open={isOpen}
        title="Add an item"
        description="It blocks the tranches until it is signed or waived."
        label="Add an item"
        submission={submission}
        submitLabel="Add item"
        onClose={() => setOpen(false)}
      >
        <Field label="Section" error={errors.section?.message}>
          <Select {...form.register('section')}>
            {SECTIONS.map((section) => (
              <option key={section}>{section}</option>
            ))}
          </Select>
        </Field>
        <Field label="What must be true" error={errors.text?.message}>
          <Textarea {...form.register('text')} />
        </Field>
        <Field label="Owner" error={errors.ownerRole?.message}>
          <Select {...form.register('ownerRole')}>
            {OWNERS.map((role) => (
              <option key={role} value={role}>
                {ROLE_LABEL[role]}
              </option>
            ))}
          </Select>
        </Field>
        <Checkbox {...form.register('isCritical')}>Critical: two people sign, one a Risk officer or Manager</Checkbox>
        <Fieldset legend="Evidence, any of" error={errors.evidenceKinds?.message}>
          {KINDS.map((kind) => (
            <Checkbox key={kind} value={kind} {...form.register('evidenceKinds')}>
              {kind}
            </Checkbox>
          ))}
        </Fieldset>
        <Field label="Due" optional error={errors.dueAt?.message}>
          <Input type="date" {...form.register('dueAt')} />
        </Field>
      </FormPanel>
    </>
  );
}
