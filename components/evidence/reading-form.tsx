'use client';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useRouter } from 'next/navigation';
import { useState } from 'react';
import { FormProvider, useForm } from 'react-hook-form';
import type { BacktestDetail, Purpose } from '@/server/evidence/backtest';
import { FormStatus } from '../forms/form-status';
import { useSubmit } from '../forms/use-submit';
import { useTRPC } from '../trpc';
import { Button } from '../ui/button';
import { Field, Select } from '../ui/field';
import { choiceFrom, type ReadingValues, valuesOf } from './reading-choice';
import { ReadingFields } from './reading-fields';
import { PURPOSE_WORDS } from './words';

type Values = ReadingValues & { purpose: Purpose };
const NO_TABLE: ReadingValues = { kind: 'prices', unit: '', column: '', scale: '' };

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
  const table = backtest.guess;
  const again = useMutation(trpc.evidence.readAgain.mutationOptions());
  const form = useForm<Values>({
    defaultValues: { purpose: backtest.purpose, ...(table ? valuesOf(table) : NO_TABLE) },
  });
  const errors = form.formState.errors;
  const { submit, pending, refusal } = useSubmit(form, async ({ purpose, ...how }) => {
    const choice = table ? choiceFrom(how) : {};
    const { backtestIds } = await again.mutateAsync({ backtestId: backtest.id, purpose, choice });
    await cache.invalidateQueries({ queryKey: trpc.evidence.pathKey() });
    router.push(`${address}?backtest=${backtestIds[0]}`, { scroll: false });
    onClose();
  });
  return (
    <FormProvider {...form}>
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
        {table && <ReadingFields reading={table} />}
        <FormStatus pending={pending} error={refusal} />
        <div className="flex flex-wrap gap-2">
          <Button type="submit" variant="primary" sending={pending}>
            Read again
          </Button>
          <Button onClick={onClose}>Keep as it is</Button>
        </div>
      </form>
    </FormProvider>
  );
}
