'use client';
import { useMutation } from '@tanstack/react-query';
import { useForm } from 'react-hook-form';
import type { LatchView } from '@/server/risk/views/view';
import { FormPanel } from '../forms/form-panel';
import { useStepUp } from '../forms/step-up';
import { useSubmit } from '../forms/use-submit';
import { useTRPC } from '../trpc';
import { Statement } from '../ui/dialog';
import { Checkbox, Field, Textarea } from '../ui/field';
import { SecondFactorField } from '../ui/second-factor-field';
import { toast } from '../ui/toast';
import { CorrectionField } from './correction-field';

/** One person's leave to lift a restriction, signed over exactly what it is. */
export function LiftPanel({ latch, onClose }: { latch: LatchView; onClose: () => void }) {
  const trpc = useTRPC();
  const form = useForm<{ reason: string; falseAlarm: boolean }>({ defaultValues: { reason: '', falseAlarm: false } });
  const falseAlarm = form.watch('falseAlarm');
  const factor = useStepUp('trading.lift', falseAlarm ? latch.falseAlarmHash : latch.contentHash);
  const lift = useMutation(trpc.risk.lift.mutationOptions());
  const isHalt = latch.state === 'HALTED';
  const submission = useSubmit(form, async (values) => {
    const stepUp = await factor.obtain();
    if (!stepUp) return;
    await lift.mutateAsync({ latchId: latch.id, ...values, stepUp }).then(({ text }) => {
      toast(text);
      onClose();
    });
  });
  return (
    <FormPanel
      title={`Lift ${latch.state} of ${latch.place}`}
      description={latch.reason}
      submission={submission}
      submitLabel={isHalt ? 'Agree to lift HALTED' : 'Lift REDUCING'}
      blocked={
        falseAlarm && !latch.correctedData
          ? 'Attach the corrected data first.'
          : factor.ready
            ? undefined
            : 'Give your second factor first.'
      }
      onClose={onClose}
    >
      <Statement>
        {isHalt
          ? 'Two people lift a halt, one of them a Risk officer. Trading then goes through REDUCING for 15 min. This lifts this restriction only: others stay on.'
          : 'Strategies of this scope take new orders again, and capital that a cut had taken comes back 15 min after its drawdown has cleared. This lifts this restriction only: others stay on.'}
      </Statement>
      {isHalt && latch.earliestExitAt && (
        <Checkbox {...form.register('falseAlarm')}>
          False alarm: the data were wrong and are corrected. A Risk officer and a Manager lift it before its time; a
          review follows within one business day.
        </Checkbox>
      )}
      {falseAlarm && <CorrectionField latch={latch} />}
      <Field
        label="Reason"
        hint="What was looked at, and why it is safe."
        error={form.formState.errors.reason?.message}
      >
        <Textarea {...form.register('reason')} />
      </Field>
      <SecondFactorField {...factor.field} />
    </FormPanel>
  );
}
