'use client';
import { useMutation, useSuspenseQuery } from '@tanstack/react-query';
import { useRouter } from 'next/navigation';
import { useForm } from 'react-hook-form';
import { FormStatus } from '../forms/form-status';
import { useSubmit } from '../forms/use-submit';
import { useTRPC } from '../trpc';
import { Button } from '../ui/button';
import { Field, Input, Select } from '../ui/field';

type Values = {
  name: string;
  baseCurrency: string;
  timeZone: string;
  calendarId: string;
  sessionStart: string;
  snapshotIntervalSeconds: string;
  accountCode: string;
};

const START: Values = {
  name: '',
  baseCurrency: 'USD',
  timeZone: 'America/New_York',
  calendarId: 'XNYS',
  sessionStart: '00:00',
  snapshotIntervalSeconds: '5',
  accountCode: '',
};

/** Creates a portfolio. Its zone and session start cannot change later: the history of its days hangs on them. */
export function NewPortfolio() {
  const trpc = useTRPC();
  const router = useRouter();
  const calendars = useSuspenseQuery(trpc.portfolios.calendars.queryOptions()).data;
  const form = useForm<Values>({ defaultValues: START });
  const create = useMutation(trpc.portfolios.create.mutationOptions());
  const errors = form.formState.errors;
  const { submit, pending, refusal } = useSubmit(form, (values) =>
    create.mutateAsync({ ...values, snapshotIntervalSeconds: Number(values.snapshotIntervalSeconds) }).then(() => {
      form.reset(START);
      router.refresh();
    }),
  );
  return (
    <form onSubmit={submit} className="grid gap-4 p-4" noValidate aria-label="New portfolio">
      <Field label="Name" error={errors.name?.message}>
        <Input {...form.register('name')} autoComplete="off" />
      </Field>
      <Field label="Base currency" error={errors.baseCurrency?.message}>
        <Input {...form.register('baseCurrency')} autoComplete="off" />
      </Field>
      <Field
        label="Time zone"
        hint="Its days begin and end in this zone. It cannot change later."
        error={errors.timeZone?.message}
      >
        <Input {...form.register('timeZone')} list="time-zones" autoComplete="off" />
      </Field>
      <datalist id="time-zones">
        {Intl.supportedValuesOf('timeZone').map((zone) => (
          <option key={zone} value={zone} />
        ))}
      </datalist>
      <Field label="Trading calendar" error={errors.calendarId?.message}>
        <Select {...form.register('calendarId')}>
          {calendars.map((calendar) => (
            <option key={calendar.id} value={calendar.id}>
              {calendar.id} ({calendar.timeZone})
            </option>
          ))}
        </Select>
      </Field>
      <Field label="Session day starts" hint="00:00, or 17:00 for futures." error={errors.sessionStart?.message}>
        <Input {...form.register('sessionStart')} inputMode="numeric" />
      </Field>
      <Field
        label="Snapshot interval, seconds"
        hint="Three missed intervals make its equity unknown."
        error={errors.snapshotIntervalSeconds?.message}
      >
        <Input {...form.register('snapshotIntervalSeconds')} inputMode="numeric" />
      </Field>
      <Field
        label="First account"
        hint="The code by which the engine names it in snapshots."
        error={errors.accountCode?.message}
      >
        <Input {...form.register('accountCode')} autoComplete="off" />
      </Field>
      <FormStatus pending={pending} error={refusal} />
      <div>
        <Button type="submit" variant="primary" sending={pending}>
          Create portfolio
        </Button>
      </div>
    </form>
  );
}
