'use client';
import { useMutation, useSuspenseQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useForm } from 'react-hook-form';
import { ROLE_LABEL } from '@/server/kernel/actor';
import { FormPanel } from '../forms/form-panel';
import { useSubmit } from '../forms/use-submit';
import { useTRPC } from '../trpc';
import { Button } from '../ui/button';
import { Checkbox, Field, Fieldset, Input, Select, Textarea } from '../ui/field';
import { Region } from '../ui/page';
import { Table } from '../ui/table';
import { OWNERS } from './edit-item';

const SECTIONS = ['Security', 'Strategy validation', 'Infrastructure', 'Operational'] as const;
const KINDS = ['text', 'link', 'file', 'import'] as const;
type Values = {
  section: (typeof SECTIONS)[number];
  text: string;
  owner: 'engineer' | 'quant' | 'risk-officer' | 'manager' | 'admin';
  critical: boolean;
  evidence: (typeof KINDS)[number][];
  dueDays: string;
};
const EMPTY: Values = {
  section: 'Operational',
  text: '',
  owner: 'engineer',
  critical: false,
  evidence: ['text', 'link', 'file'],
  dueDays: '14',
};

/** The items that every new launch copies, and how the firm adds its own. */
export function TemplateRegion() {
  const trpc = useTRPC();
  const { version, items, refusal } = useSuspenseQuery(trpc.checklist.template.queryOptions()).data;
  const [isOpen, setOpen] = useState(false);
  return (
    <Region
      title={`Checklist template, version ${version}`}
      end={
        <Button size="sm" blocked={refusal ?? undefined} onClick={() => setOpen(true)}>
          Add an item…
        </Button>
      }
      flush
    >
      <p className="max-w-[74ch] px-4 pb-2 text-xs text-ink-3">
        Every launch copies it when it is opened. Adding makes a new version; launches that are open keep their copy.
      </p>
      <Table
        label="Checklist template"
        rows={items}
        rowKey={(item) => String(item.number)}
        group={(item) => ({ key: item.isOwn ? 'own' : item.section, head: item.isOwn ? 'Added here' : item.section })}
        columns={[
          { key: 'number', head: 'No.', numeric: true, cell: (item) => item.number },
          { key: 'text', head: 'What must be true', cell: (item) => item.text },
          { key: 'owner', head: 'Owner', cell: (item) => ROLE_LABEL[item.owner] },
          {
            key: 'weight',
            head: 'Signed by',
            cell: (item) => (item.critical ? 'two people, one a Risk officer or Manager' : 'the owner'),
          },
        ]}
      />
      {isOpen && <AddToTemplate version={version} onClose={() => setOpen(false)} />}
    </Region>
  );
}

function AddToTemplate({ version, onClose }: { version: number; onClose: () => void }) {
  const trpc = useTRPC();
  const extend = useMutation(trpc.checklist.extendTemplate.mutationOptions());
  const form = useForm<Values>({ defaultValues: EMPTY });
  const { errors } = form.formState;
  const submission = useSubmit(form, ({ dueDays, ...values }) =>
    extend.mutateAsync({ version, ...values, dueDays: Number(dueDays) }).then(onClose),
  );
  return (
    <FormPanel
      title={`Add to the template: version ${version + 1}`}
      description="Launches opened from then on have it."
      label="Add to the template"
      submission={submission}
      submitLabel={`Make version ${version + 1}`}
      onClose={onClose}
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
      <Field label="Owner" error={errors.owner?.message}>
        <Select {...form.register('owner')}>
          {OWNERS.map((role) => (
            <option key={role} value={role}>
              {ROLE_LABEL[role]}
            </option>
          ))}
        </Select>
      </Field>
      <Checkbox {...form.register('critical')}>Critical: two people sign, one a Risk officer or Manager</Checkbox>
      <Fieldset legend="Evidence, any of" error={errors.evidence?.message}>
        {KINDS.map((kind) => (
          <Checkbox key={kind} value={kind} {...form.register('evidence')}>
            {kind}
          </Checkbox>
        ))}
      </Fieldset>
      <Field label="Due, days after the launch is opened" error={errors.dueDays?.message}>
        <Input inputMode="numeric" {...form.register('dueDays')} />
      </Field>
    </FormPanel>
  );
}
