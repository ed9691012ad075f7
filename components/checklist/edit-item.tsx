'use client';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { useForm } from 'react-hook-form';
import type { ItemView } from '@/server/checklist/view';
import { ROLE_LABEL, ROLES, type Role } from '@/server/kernel/actor';
import { FormPanel } from '../forms/form-panel';
import { useSubmit } from '../forms/use-submit';
import { useTRPC } from '../trpc';
import { Button } from '../ui/button';
import { Field, Input, Select, Textarea } from '../ui/field';

type Values = { text: string; ownerRole: Role; dueAt: string };

/** Roles that may sign, hence own an item. */
export const OWNERS = ROLES.filter((role) => role !== 'viewer' && role !== 'board');

/** Changes what an item says, who owns it and when it is due. */
export function EditItem({ item }: { item: ItemView }) {
  const trpc = useTRPC();
  const [isOpen, setOpen] = useState(false);
  const edit = useMutation(trpc.checklist.editItem.mutationOptions());
  const form = useForm<Values>({
    values: { text: item.text, ownerRole: item.ownerRole, dueAt: item.dueAt?.toISOString().slice(0, 10) ?? '' },
    resetOptions: { keepDirtyValues: true },
  });
  const { errors } = form.formState;
  const submission = useSubmit(form, ({ text, ownerRole, dueAt }) =>
    edit
      .mutateAsync({
        itemId: item.id,
        version: item.version,
        text,
        ownerRole,
        ...(dueAt ? { dueAt: new Date(`${dueAt}T23:59:59Z`) } : {}),
      })
      .then(() => setOpen(false)),
  );
  return (
    <>
      <Button variant="quiet" onClick={() => setOpen(true)}>
        Edit item…
      </Button>
      <FormPanel
        open={isOpen}
        title={`Edit item ${item.number}`}
        description="Signatures on it are void once it is saved. Those who signed are told."
        label={`Edit item ${item.number}`}
        submission={submission}
        submitLabel="Save item"
        onClose={() => setOpen(false)}
      >
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
        <Field label="Due" optional error={errors.dueAt?.message}>
          <Input type="date" {...form.register('dueAt')} />
        </Field>
      </FormPanel>
    </>
  );
}
