'use client';
import { useMutation, useSuspenseQuery } from '@tanstack/react-query';
import { useRouter } from 'next/navigation';
import { useForm } from 'react-hook-form';
import { FormStatus } from '../forms/form-status';
import { useSubmit } from '../forms/use-submit';
import { useTRPC } from '../trpc';
import { Button } from '../ui/button';
import { Field, Input, Select } from '../ui/field';
import { formatPercent } from '../ui/format';
import { Note } from '../ui/note';
import { TextLink } from '../ui/page';
import { EmptyState } from '../ui/states';

type Values = { releaseId: string; allocation: string };

/** Per cent as typed (`20`, `12.5`) to a fraction as text, without a detour over binary numbers; as typed where it is none. */
function fractionOf(percent: string): string {
  const match = /^(\d{1,6})(?:[.,](\d{1,8}))?$/.exec(percent.trim().replace(/\s*%$/, ''));
  if (!match) return percent;
  const digits = (match[1] ?? '0').padStart(3, '0');
  return `${digits.slice(0, -2)}.${digits.slice(-2)}${match[2] ?? ''}`;
}

/** Opens a launch: which release, with how much of its portfolio at 100 %. */
export function NewLaunch() {
  const trpc = useTRPC();
  const router = useRouter();
  const choices = useSuspenseQuery(trpc.launches.choices.queryOptions()).data;
  const template = useSuspenseQuery(trpc.checklist.template.queryOptions()).data;
  const sections = new Set(template.items.map(({ section }) => section)).size;
  const form = useForm<Values>({ defaultValues: { releaseId: '', allocation: '' } });
  const open = useMutation(trpc.launches.open.mutationOptions());
  const { errors } = form.formState;
  const chosen = choices.find((one) => one.releaseId === form.watch('releaseId'));
  const { submit, pending, refusal } = useSubmit(form, (values) =>
    open
      .mutateAsync({ releaseId: values.releaseId, allocation: fractionOf(values.allocation) })
      .then(({ id }) => router.push(`/launches/${id}`)),
  );
  if (choices.length === 0) {
    return (
      <EmptyState title="There is no release to launch." action={<TextLink href="/strategies">Strategies</TextLink>}>
        A launch takes a release live. Register a strategy and record its release first.
      </EmptyState>
    );
  }
  return (
    <form onSubmit={submit} className="grid max-w-140 gap-4" noValidate aria-label="Open a launch">
      <Field
        label="Release"
        error={errors.releaseId?.message}
        hint="It does not change any more: a correction is a new version and a new launch."
      >
        <Select {...form.register('releaseId')}>
          <option value="">Choose a release</option>
          {choices.map((one) => (
            <option key={one.releaseId} value={one.releaseId}>
              {one.strategyName} {one.version} · {one.portfolioName}
              {one.openLaunch ? ` · ${one.openLaunch} is open` : ''}
            </option>
          ))}
        </Select>
      </Field>
      {chosen && !chosen.hasEngine && (
        <p className="text-xs text-warn">No engine runs this strategy yet. It is needed before the first tranche.</p>
      )}
      <Field
        label="Allocation at 100 %, in per cent of the portfolio"
        error={errors.allocation?.message}
        hint={
          chosen
            ? `Other launches of ${chosen.portfolioName} hold ${formatPercent(chosen.allocatedFraction, { digits: 2 })}. Together at most 100 %, unless leverage is approved.`
            : 'Tranches give 10 %, 50 % and 100 % of it.'
        }
      >
        <Input {...form.register('allocation')} inputMode="decimal" autoComplete="off" placeholder="20" />
      </Field>
      <Note
        tone="off"
        glyph="note"
        title={`Pre-launch checklist, template version ${template.version}: ${template.items.length} items in ${sections} sections.`}
      >
        The launch gets its own copy and the default runbook of four phases. Both can be edited and added to; the
        template itself under{' '}
        <TextLink href="/settings/policies" className="underline">
          Settings, Policies
        </TextLink>
        .
      </Note>
      <FormStatus pending={pending} error={refusal} />
      <div>
        <Button type="submit" variant="primary" sending={pending}>
          Open launch
        </Button>
      </div>
    </form>
  );
}
