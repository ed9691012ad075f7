'use client';
import { useMutation, useSuspenseQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useForm } from 'react-hook-form';
import { leaveFor } from '@/server/identity/permissions';
import { FormPanel } from '../forms/form-panel';
import { useSubmit } from '../forms/use-submit';
import { useMe } from '../shell/me';
import { useTRPC } from '../trpc';
import { Button } from '../ui/button';
import { Field, Input, Select, Textarea } from '../ui/field';
import { Note } from '../ui/note';
import { Time } from '../ui/time';

type Values = { strategyId: string; instrument: string; reason: string };
type Permit = { id: string; expiresAt: Date; instrument: string };

/** A person's leave for one exit while trading is halted: its id goes with the engine's order. */
export function ExitPermit({ portfolioId }: { portfolioId: string }) {
  const [isOpen, setOpen] = useState(false);
  const [permit, setPermit] = useState<Permit | null>(null);
  const mayPermit = leaveFor(useMe().grants, 'position.exit', portfolioId) !== null;
  return (
    <div className="grid gap-3">
      <p className="max-w-[74ch] text-xs text-ink-2">
        While trading is halted strategies send nothing. An exit passes with an approved action, an emergency, or the
        leave of a Risk officer or Manager, and is recorded as exit-under-halt.
      </p>
      {permit && (
        <Note tone="run" glyph="key" title={`Leave to exit ${permit.instrument}`} role="status">
          The engine sends its order with exit person <code className="font-mono break-all">{permit.id}</code>, until{' '}
          <Time at={permit.expiresAt} seconds />.
        </Note>
      )}
      <div>
        <Button
          size="sm"
          onClick={() => setOpen(true)}
          blocked={mayPermit ? undefined : 'An exit under a halt takes a Risk officer or Manager.'}
        >
          Permit an exit…
        </Button>
      </div>
      {isOpen && <PermitPanel portfolioId={portfolioId} onClose={() => setOpen(false)} onPermitted={setPermit} />}
    </div>
  );
}

function PermitPanel({
  portfolioId,
  onClose,
  onPermitted,
}: {
  portfolioId: string;
  onClose: () => void;
  onPermitted: (permit: Permit) => void;
}) {
  const trpc = useTRPC();
  const { data: choices } = useSuspenseQuery(trpc.sizing.choices.queryOptions({ portfolioId }));
  const form = useForm<Values>({
    defaultValues: { strategyId: choices.strategies[0]?.id ?? '', instrument: '', reason: '' },
  });
  const permit = useMutation(trpc.sizing.permitExit.mutationOptions());
  const { errors } = form.formState;
  const submission = useSubmit(form, async (values) => {
    await permit.mutateAsync(values).then((given) => {
      onPermitted({ ...given, instrument: values.instrument });
      onClose();
    });
  });
  return (
    <FormPanel
      title="Permit an exit under a halt"
      description="For an hour the engine may send orders that shrink this position, never across zero. Nothing else passes the halt, and the halt stays."
      submission={submission}
      submitLabel="Permit the exit"
      onClose={onClose}
    >
      <Field label="Strategy" error={errors.strategyId?.message}>
        <Select {...form.register('strategyId')}>
          {choices.strategies.map((s) => (
            <option key={s.id} value={s.id}>
              {s.name}
            </option>
          ))}
        </Select>
      </Field>
      <Field label="Instrument" hint="As the engine names it." error={errors.instrument?.message}>
        <Input {...form.register('instrument')} list="sizing-instruments" autoComplete="off" />
      </Field>
      <Field label="Reason" hint="Shown with the exit." error={errors.reason?.message}>
        <Textarea {...form.register('reason')} />
      </Field>
    </FormPanel>
  );
}
