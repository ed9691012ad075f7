'use client';
import { useMutation } from '@tanstack/react-query';
import { useForm } from 'react-hook-form';
import { FormPanel } from '../forms/form-panel';
import { useStepUp } from '../forms/step-up';
import { useSubmit } from '../forms/use-submit';
import { useMe } from '../shell/me';
import { useTRPC } from '../trpc';
import { Statement } from '../ui/dialog';
import { Field, Textarea } from '../ui/field';
import { Note } from '../ui/note';
import { SecondFactorField } from '../ui/second-factor-field';
import { toast } from '../ui/toast';
import { EffectTable } from './effect-table';
import type { WaitingRow } from './waiting-corrections';

/** The signature of another person under a lower unit or margin or a larger lot. `ended` says why it takes none any more. */
export function SignCorrectionPanel({
  row,
  ended,
  currency,
  onClose,
}: {
  row: WaitingRow;
  ended: string | undefined;
  currency: string;
  onClose: () => void;
}) {
  const trpc = useTRPC();
  const factor = useStepUp('risk.approve-correction', row.contentHash);
  const form = useForm();
  const approve = useMutation(trpc.instruments.approve.mutationOptions());
  const submission = useSubmit(form, async () => {
    const stepUp = await factor.obtain();
    if (!stepUp) return;
    await approve.mutateAsync({ correctionId: row.id, stepUp }).then(({ text }) => {
      toast(text);
      onClose();
    });
  });
  // What one's own signature completes goes before its answer comes.
  const gone = submission.pending ? undefined : ended;
  return (
    <FormPanel
      title={`Sign the correction of ${row.instrument}`}
      description={`Proposed by ${row.proposedByName}: ${row.reason}`}
      submission={submission}
      submitLabel="Sign correction"
      blocked={gone ?? (factor.ready ? undefined : 'Give your second factor first.')}
      onClose={onClose}
    >
      {gone && <Gone>{gone}</Gone>}
      <Statement>
        {row.instrument} is registered with these figures from now on: orders, sizes or margin count for less by them,
        or cuts leave more held.
      </Statement>
      <EffectTable change={row.change} effect={row.effect} currency={currency} />
      <p className="mono text-xs text-ink-3 wrap-anywhere">{row.contentHash}</p>
      <SecondFactorField {...factor.field} />
    </FormPanel>
  );
}

const Gone = ({ children }: { children: string }) => (
  <Note tone="warn" role="alert" title="Not waiting any more">
    {children}
  </Note>
);

/** Takes a proposed correction back, or turns that of another down; the register stays as it is. */
export function EndCorrectionPanel({
  row,
  ended,
  onClose,
}: {
  row: WaitingRow;
  ended: string | undefined;
  onClose: () => void;
}) {
  const trpc = useTRPC();
  const { id } = useMe();
  const isOwn = row.proposedById === id;
  const form = useForm({ defaultValues: { reason: '' } });
  const reject = useMutation(trpc.instruments.reject.mutationOptions());
  const submission = useSubmit(form, async ({ reason }) => {
    await reject.mutateAsync({ correctionId: row.id, reason }).then(onClose);
  });
  const gone = submission.pending ? undefined : ended;
  return (
    <FormPanel
      title={`${isOwn ? 'Take back' : 'Turn down'} the correction of ${row.instrument}`}
      description={`Proposed by ${row.proposedByName}: ${row.reason}`}
      submission={submission}
      submitLabel={isOwn ? 'Take back' : 'Turn down'}
      blocked={gone}
      onClose={onClose}
    >
      {gone && <Gone>{gone}</Gone>}
      <Field label="Reason" hint="Shown with it." error={form.formState.errors.reason?.message}>
        <Textarea {...form.register('reason')} />
      </Field>
    </FormPanel>
  );
}
