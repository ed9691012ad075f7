'use client';
import { useMutation, useSuspenseQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useForm } from 'react-hook-form';
import { leaveFor } from '@/server/identity/permissions';
import type { CalendarView } from '@/server/portfolios/calendar-exception';
import { FormPanel } from '../forms/form-panel';
import { useSubmit } from '../forms/use-submit';
import { useMe } from '../shell/me';
import { useTRPC } from '../trpc';
import { Button } from '../ui/button';
import { Statement } from '../ui/dialog';
import { Field, Input, Select, Textarea } from '../ui/field';
import { EmptyState } from '../ui/states';
import { Table } from '../ui/table';
import { toast } from '../ui/toast';

const WEEKDAY = ['', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'];
const hoursText = (hours: [string, string] | null) => (hours ? `${hours[0]} to ${hours[1]}` : 'Closed');

/** Days with the same hours together: "Mon to Fri 09:30 to 16:00". */
function weekText(weekly: CalendarView['weekly']): string {
  const days = [1, 2, 3, 4, 5, 6, 7].map((day) => [day, weekly[String(day)] ?? null] as const);
  const runs: { from: number; to: number; hours: [string, string] }[] = [];
  for (const [day, hours] of days) {
    const last = runs.at(-1);
    if (hours && last?.to === day - 1 && String(last.hours) === String(hours)) last.to = day;
    else if (hours) runs.push({ from: day, to: day, hours });
  }
  return runs
    .map(({ from, to, hours }) => `${WEEKDAY[from]}${to > from ? ` to ${WEEKDAY[to]}` : ''} ${hoursText(hours)}`)
    .join(', ');
}

/** Trading calendars with their holidays and early closes from today on, and the form that changes one day. */
export function CalendarDays() {
  const trpc = useTRPC();
  const { data } = useSuspenseQuery(trpc.portfolios.calendarDays.queryOptions());
  const mayChange = leaveFor(useMe().grants, 'portfolio.change', null) !== null;
  const [chosen, setChosen] = useState<string | null>(null);
  const calendar = data.find(({ id }) => id === chosen);
  return (
    <div className="grid gap-5">
      {data.map((one) => (
        <section key={one.id} aria-label={`Calendar ${one.id}`} className="grid gap-2">
          <div className="flex flex-wrap items-baseline justify-between gap-x-3 gap-y-1">
            <span>
              <span className="font-medium">{one.id}</span>{' '}
              <span className="text-xs text-ink-3">
                {one.timeZone}. {weekText(one.weekly)}
              </span>
            </span>
            <Button
              size="sm"
              onClick={() => setChosen(one.id)}
              blocked={mayChange ? undefined : 'A Risk officer or Admin of the whole firm changes a calendar.'}
            >
              Change a day…
            </Button>
          </div>
          <Table
            label={`Exceptions of ${one.id}`}
            rows={one.exceptions}
            rowKey={(row) => row.day}
            empty={<EmptyState title="No exception ahead.">Every week is a regular one.</EmptyState>}
            columns={[
              { key: 'day', head: 'Day', cell: (row) => <span className="tabular-nums">{row.day}</span> },
              { key: 'hours', head: 'Session', cell: (row) => hoursText(row.hours) },
            ]}
          />
        </section>
      ))}
      {calendar && <DayPanel calendar={calendar} onClose={() => setChosen(null)} />}
    </div>
  );
}

function DayPanel({ calendar, onClose }: { calendar: CalendarView; onClose: () => void }) {
  const trpc = useTRPC();
  const form = useForm({
    defaultValues: { day: '', kind: 'closed', opens: '09:30', closes: '13:00', reason: '' },
  });
  const change = useMutation(trpc.portfolios.changeCalendar.mutationOptions());
  const errors = form.formState.errors;
  const { day, kind } = form.watch();
  const held = calendar.exceptions.find((one) => one.day === day);
  const submission = useSubmit(
    form,
    async ({ opens, closes, reason }) => {
      const hours =
        kind === 'own' ? { opens, closes } : kind === 'regular' ? ('regular' as const) : ('closed' as const);
      await change.mutateAsync({ calendarId: calendar.id, day, hours, reason }).then(() => {
        toast(`${calendar.id} was changed for ${day}.`);
        onClose();
      });
    },
    { hours: 'closes' },
  );
  return (
    <FormPanel
      title={`Change a day of ${calendar.id}`}
      description={`Times are in ${calendar.timeZone}. It holds for every portfolio with this calendar.`}
      submission={submission}
      submitLabel="Change day"
      onClose={onClose}
    >
      <Field
        label="Day"
        hint={held ? `Now: ${hoursText(held.hours)}.` : `From ${calendar.today} on.`}
        error={errors.day?.message}
      >
        <Input {...form.register('day')} type="date" min={calendar.today} />
      </Field>
      <Field label="Session" error={errors.kind?.message}>
        <Select {...form.register('kind')}>
          <option value="closed">Closed</option>
          <option value="own">Hours of its own</option>
          <option value="regular">As every week</option>
        </Select>
      </Field>
      {kind === 'own' && (
        <div className="grid grid-cols-2 gap-2">
          <Field label="Opens" error={errors.opens?.message}>
            <Input {...form.register('opens')} autoComplete="off" />
          </Field>
          <Field label="Closes" error={errors.closes?.message}>
            <Input {...form.register('closes')} autoComplete="off" />
          </Field>
        </div>
      )}
      <Statement>
        While a session runs, data that are late become unknown and in time reduce and halt trading; outside of it they
        may be old. A day that is closed here is watched less, so close only what the venue closes.
      </Statement>
      <Field label="Reason" hint="Recorded with it." error={errors.reason?.message}>
        <Textarea {...form.register('reason')} />
      </Field>
    </FormPanel>
  );
}
