'use client';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useForm } from 'react-hook-form';
import type { CorrectionPreview } from '@/server/risk/instruments/correction-view-store';
import type { RegisterRow } from '@/server/risk/instruments/register-view-store';
import { FormPanel } from '../forms/form-panel';
import { useStepUp } from '../forms/step-up';
import { useSubmit } from '../forms/use-submit';
import { useTRPC } from '../trpc';
import { Button } from '../ui/button';
import { Statement } from '../ui/dialog';
import { Field, Input, Textarea } from '../ui/field';
import { Note } from '../ui/note';
import { SecondFactorField } from '../ui/second-factor-field';
import { toast } from '../ui/toast';
import { typedFrom, type Wish, wishFrom } from './correction-form';
import { EffectTable } from './effect-table';

type Place = { portfolioId: string; currency: string; row: RegisterRow };
type Asked = { portfolioId: string; instrument: string; wish: Wish; reason: string };

/** Corrects what is registered of an instrument: the figures first, then what they mean, signed with a second factor. */
export function CorrectPanel({ portfolioId, currency, row, onClose }: Place & { onClose: () => void }) {
  const trpc = useTRPC();
  const form = useForm({ defaultValues: { ...typedFrom(row), reason: '' } });
  const client = useQueryClient();
  const [shown, setShown] = useState<{ asked: Asked; preview: CorrectionPreview } | null>(null);
  const submission = useSubmit(form, async ({ reason, ...typed }) => {
    const { wish, faults } = wishFrom(row, typed);
    for (const [field, message] of faults) form.setError(field, { message });
    if (faults.length > 0) return;
    if (Object.keys(wish).length === 0)
      return form.setError('multiplier', { message: 'These are the figures in the register. Change one.' });
    const asked = { portfolioId, instrument: row.instrument, wish, reason: reason.trim() };
    const preview = await client.fetchQuery({ ...trpc.instruments.preview.queryOptions(asked), staleTime: 0 });
    setShown({ asked, preview });
  });
  if (shown) return <SignPanel {...shown} onBack={() => setShown(null)} onClose={onClose} />;
  const { errors } = form.formState;
  return (
    <FormPanel
      title={`Correct ${row.instrument}`}
      description="A larger unit or margin is in the register at once. A lower one makes orders, sizes and margin count for less, and a larger lot makes cuts leave more held: a Risk officer and a Manager sign them."
      submission={submission}
      submitLabel="Review"
      leaveLabel="Back"
      onClose={onClose}
    >
      <Field
        label="Multiplier"
        hint="What one point of the price is worth, in the currency of the instrument."
        error={errors.multiplier?.message}
      >
        <Input {...form.register('multiplier')} inputMode="decimal" autoComplete="off" />
      </Field>
      <Field
        label={`Rate to ${currency}`}
        hint="It moves: a feed may lower it by 10 % from one UTC day to the next."
        error={errors.fx?.message}
      >
        <Input {...form.register('fx')} inputMode="decimal" autoComplete="off" />
      </Field>
      <Field
        label="Lot"
        hint="Sizes and cuts are whole lots; a position of one lot is not cut."
        error={errors.lot?.message}
      >
        <Input {...form.register('lot')} inputMode="decimal" autoComplete="off" />
      </Field>
      <Field
        label="Initial margin, % of gross"
        hint="For accounts whose snapshots state none. Empty: none is asked for."
        error={errors.initialMargin?.message}
      >
        <Input {...form.register('initialMargin')} inputMode="decimal" autoComplete="off" />
      </Field>
      <Field label="Reason" hint="Shown with it, and part of what is signed." error={errors.reason?.message}>
        <Textarea {...form.register('reason')} maxLength={500} />
      </Field>
    </FormPanel>
  );
}

function SignPanel({
  asked,
  preview,
  onBack,
  onClose,
}: {
  asked: Asked;
  preview: CorrectionPreview;
  onBack: () => void;
  onClose: () => void;
}) {
  const trpc = useTRPC();
  const factor = useStepUp('risk.correct-instrument', preview.contentHash);
  const form = useForm();
  const correct = useMutation(trpc.instruments.correct.mutationOptions());
  const submission = useSubmit(form, async () => {
    const stepUp = await factor.obtain();
    if (!stepUp) return;
    await correct.mutateAsync({ ...asked, stepUp }).then(({ text }) => {
      toast(text);
      onClose();
    });
  });
  const isLooser = preview.kind === 'looser';
  return (
    <FormPanel
      title={`Correct ${asked.instrument}`}
      description={asked.reason}
      submission={submission}
      submitLabel={isLooser ? 'Sign and propose' : 'Sign and correct'}
      blocked={factor.ready ? undefined : 'Give your second factor first.'}
      aside={
        <Button variant="quiet" onClick={onBack}>
          Change figures
        </Button>
      }
      onClose={onClose}
    >
      <Statement>
        {isLooser
          ? 'These figures make orders, sizes or margin count for less, or cuts leave more held. They wait up to 72 h for the signature of another person: a Risk officer and a Manager do it together.'
          : `These figures are in the register at once.${preview.kind === 'stricter' ? ' A key lowers no multiplier and no margin that a person stated.' : ''}`}
      </Statement>
      <EffectTable change={preview.change} effect={preview.effect} currency={preview.currency} />
      {preview.endsSnapshots && (
        <Note tone="warn" title="Snapshots state this unit no longer">
          Its multiplier and rate are yours from then on: a feed or a person keeps the rate up to date.
        </Note>
      )}
      {isLooser && (preview.change.multiplier ?? preview.change.fx ?? preview.change.initialMargin) && (
        <p className="text-xs text-ink-2">
          A feed that goes on stating the higher figure raises it again. Correct the feed as well.
        </p>
      )}
      <p className="mono text-xs text-ink-3 wrap-anywhere">{preview.contentHash}</p>
      <SecondFactorField {...factor.field} />
    </FormPanel>
  );
}
