'use client';
import { useMutation } from '@tanstack/react-query';
import { useForm } from 'react-hook-form';
import type { LimitVersionView } from '@/server/risk/views/view';
import { FormPanel } from '../forms/form-panel';
import { useSubmit } from '../forms/use-submit';
import { useTRPC } from '../trpc';
import { Statement } from '../ui/dialog';
import { Field, Textarea } from '../ui/field';
import { toast } from '../ui/toast';

/** Ends an override before its time, alone, where that loosens nothing. */
export function WithdrawOverridePanel({ version, onClose }: { version: LimitVersionView; onClose: () => void }) {
  const trpc = useTRPC();
  const form = useForm({ defaultValues: { reason: '' } });
  const withdraw = useMutation(trpc.risk.withdrawOverride.mutationOptions());
  const submission = useSubmit(form, async ({ reason }) => {
    await withdraw.mutateAsync({ limitSetId: version.id, reason }).then(({ text }) => {
      toast(text);
      onClose();
    });
  });
  return (
    <FormPanel
      title={`Take back ${version.title}`}
      description={version.lines.join(' · ')}
      submission={submission}
      submitLabel="Take back"
      onClose={onClose}
    >
      <Statement>
        The override ends now, and the limit that stood before it counts at once. You may do this alone, since it
        loosens nothing; where it would, a looser override is proposed and two people approve it. Where it would be a
        breach at once, a Risk officer or Manager does it.
      </Statement>
      <Field label="Reason" hint="Shown with the override." error={form.formState.errors.reason?.message}>
        <Textarea {...form.register('reason')} />
      </Field>
    </FormPanel>
  );
}
