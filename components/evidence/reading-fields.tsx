'use client';
import { useFormContext } from 'react-hook-form';
import { TABLE_KINDS, type TableKind, type TableReading } from '@/server/evidence/model';
import { Field, Input, Select } from '../ui/field';
import { isSeries, type ReadingValues, scaleProblem } from './reading-choice';

const KIND_WORDS: Record<TableKind, string> = {
  prices: 'Prices or equity',
  returns: 'Daily returns',
  positions: 'Positions in money, with cash',
  transactions: 'Transactions',
};

/** What a table holds, in which column, and in which unit: the guess, each part of it changeable. Stands in a `FormProvider`. */
export function ReadingFields({ reading }: { reading: TableReading }) {
  const { register, watch, formState } = useFormContext<ReadingValues>();
  const kind = watch('kind');
  return (
    <>
      <Field label="It holds">
        <Select {...register('kind')}>
          {TABLE_KINDS.map((one) => (
            <option key={one} value={one}>
              {KIND_WORDS[one]}
            </option>
          ))}
        </Select>
      </Field>
      {isSeries(kind) && (
        <Field label="Column">
          <Select {...register('column')}>
            {reading.valueColumns.length !== 1 && (
              <option value="">
                {isSeries(reading.kind) && reading.valueColumns.length > 1
                  ? `Each of ${reading.valueColumns.join(', ')}`
                  : 'By its name'}
              </option>
            )}
            {reading.candidates.map((column) => (
              <option key={column} value={column}>
                {column}
              </option>
            ))}
          </Select>
        </Field>
      )}
      {kind === 'returns' && (
        <Field label="A day of 1 % is written">
          <Select {...register('unit')}>
            <option value="">As its numbers suggest</option>
            <option value="fraction">0.01, a fraction</option>
            <option value="percent">1, per cent</option>
          </Select>
        </Field>
      )}
      {kind === 'prices' && (
        <Field
          label="Divide by"
          hint="10,000 for LEAN's equity prices. It changes no ratio."
          error={formState.errors.scale?.message}
        >
          <Input {...register('scale', { validate: scaleProblem })} inputMode="decimal" />
        </Field>
      )}
    </>
  );
}
