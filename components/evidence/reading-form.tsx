'use client';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useRouter } from 'next/navigation';
import { useState } from 'react';
import { useForm } from 'react-hook-form';
import type { BacktestDetail, Purpose } from '@/server/evidence/backtest';
import { FormStatus } from '../forms/form-status';
import { useSubmit } from '../forms/use-submit';
import { useTRPC } from '../trpc';
import { Button } from '../ui/button';
import { Field, Input, Select } from '../ui/field';
import { PURPOSE_WORDS } from './words';

type Values = {
  purpose: Purpose;
  kind: 'prices' | 'returns';
  unit: 'fraction' | 'percent';
  column: string;
  scale: string;
};

/** Changes how the file is taken: what it is for and, for a table, which column it is read from and as what. */
export function ReadingForm({ backtest, address }: { backtest: BacktestDetail; address: string }) {
  const [open, setOpen] = useState(false);
  if (!open)
    return (
      <div>
        <Button size="sm" onClick={() => setOpen(true)}>
          Read it differently…
        </Button>
      </div>
    );
  return <OpenForm backtest={backtest} address={address} onClose={() => setOpen(false)} />;
}

function OpenForm({ backtest, address, onClose }: { backtest: BacktestDetail; address: string; onClose: () => void }) {
  const trpc = useTRPC();
  const cache = useQueryClient();
  const router = useRouter();
  const { guess } = backtest;
  const table = guess && (guess.kind === 'prices' || guess.kind === 'returns') ? guess : null;
  const again = useMutation(trpc.evidence.readAgain.mutationOptions());
  const form = useForm<Values>({
    defaultValues: {
      purpose: backtest.purpose,
      kind: table?.kind === 'returns' ? 'returns' : 'prices',
      unit: table?.unit ?? 'fraction',
      column: table?.valueColumns.length === 1 ? table.valueColumns[0] : '',
      scale: String(table?.scale ?? 1),
    },
  });
  const errors = form.formState.errors;
  const kind = form.watch('kind');
  const { submit, pending, refusal } = useSubmit(form, async ({ purpose, ...how }) => {
    const choice = table
      ? {
          kind: how.kind,
          ...(how.kind === 'returns' ? { unit: how.unit } : { scale: Number(how.scale) || 1 }),
          ...(how.column ? { column: how.column } : {}),
        }
      : {};
    const { backtestIds } = await again.mutateAsync({ backtestId: backtest.id, purpose, choice });
    await cache.invalidateQueries({ queryKey: trpc.evidence.pathKey() });
    router.push(`${address}?backtest=${backtestIds[0]}`, { scroll: false });
    onClose();
  });
  return (
    <form onSubmit={submit} className="grid gap-4" noValidate aria-label="Read the file differently">
      <Field label="What it is" error={errors.purpose?.message}>
        <Select {...form.register('purpose')}>
          {(Object.keys(PURPOSE_WORDS) as Purpose[]).map((purpose) => (
            <option key={purpose} value={purpose}>
              {PURPOSE_WORDS[purpose]}
            </option>
          ))}
        </Select>
      </Field>
      {table && (
        <>
          <Field label="Column">
            <Select {...form.register('column')}>
              {table.valueColumns.length !== 1 && <option value="">Each of {table.valueColumns.join(', ')}</option>}
              {table.candidates.map((column) => (
                <option key={column} value={column}>
                  {column}
                </option>
              ))}
            </Select>
          </Field>
          <Field label="It holds">
            <Select {...form.register('kind')}>
              <option value="prices">Prices or equity</option>
              <option value="returns">Daily returns</option>
            </Select>
          </Field>
          {kind === 'returns' ? (
            <Field label="A day of 1 % is written">
              <Select {...form.register('unit')}>
                <option value="fraction">0.01, a fraction</option>
                <option value="percent">1, per cent</option>
              </Select>
            </Field>
          ) : (
            <Field label="Divide by" hint="10,000 for LEAN's equity prices. It changes no ratio.">
              <Input {...form.register('scale')} inputMode="decimal" />
            </Field>
          )}
        </>
      )}
      <FormStatus pending={pending} error={refusal} />
      <div className="flex flex-wrap gap-2">
        <Button type="submit" variant="primary" sending={pending}>
          Read again
        </Button>
        <Button onClick={onClose}>Keep as it is</Button>
      </div>
    </form>
  );
}
