'use client';
import { useMutation } from '@tanstack/react-query';
import { useForm } from 'react-hook-form';
import type { LatchView } from '@/server/risk/view';
import { FormStatus } from '../forms/form-status';
import { applyServerError } from '../forms/server-error';
import { useStepUp } from '../forms/step-up';
import { useTRPC } from '../trpc';
import { Button } from '../ui/button';
import { Panel, Statement } from '../ui/dialog';
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
  const submit = form.handleSubmit(async (values) => {
    const stepUp = await factor.obtain();
    if (!stepUp) return;
    await lift
      .mutateAsync({ latchId: latch.id, ...values, stepUp })
      .then(({ text }) => {
        toast(text);
        onClose();
      })
      .catch((error) => applyServerError(form.setError, error));
  });
  return (
    <Panel
      open
      onOpenChange={(open) => !open && onClose()}
      title={`Lift ${latch.state} of ${latch.place}`}
      description={latch.reason}
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button
            variant="primary"
            type="submit"
            form="lift"
            sending={lift.isPending}
            blocked={
              falseAlarm && !latch.correctedData
                ? 'Attach the corrected data first.'
                : factor.ready
                  ? undefined
                  : 'Give your second factor first.'
            }
          >
            {isHalt ? 'Agree to lift HALTED' : 'Lift REDUCING'}
          </Button>
        </>
      }
    >
      <form id="lift" onSubmit={submit} className="grid gap-4" noValidate>
        <Statement>
          {isHalt
            ? 'Two people lift a halt, one of them a Risk officer. Trading then goes through REDUCING for 15 min. This lifts this restriction only: others stay on.'
            : 'Strategies of this scope take new orders again, and capital that a cut had taken is given back. This lifts this restriction only: others stay on.'}
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
        <FormStatus pending={lift.isPending} error={form.formState.errors.root?.server?.message} />
      </form>
    </Panel>
  );
}
