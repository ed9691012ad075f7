'use client';
import { useMutation } from '@tanstack/react-query';
import { useForm } from 'react-hook-form';
import type { ActionView, EpisodeView } from '@/server/risk/views/view';
import { FormPanel } from '../forms/form-panel';
import { useStepUp } from '../forms/step-up';
import { useSubmit } from '../forms/use-submit';
import { useTRPC } from '../trpc';
import { Statement } from '../ui/dialog';
import { Field, Textarea } from '../ui/field';
import { formatNumber } from '../ui/format';
import { SecondFactorField } from '../ui/second-factor-field';
import { Table } from '../ui/table';

/** Approves a proposed breach action with a second factor over exactly what is shown, or rejects it with a reason. */
export function DecisionPanel({
  action,
  episode,
  decision,
  onClose,
}: {
  action: ActionView;
  episode: EpisodeView;
  decision: 'approve' | 'reject';
  onClose: () => void;
}) {
  const trpc = useTRPC();
  const approves = decision === 'approve';
  const factor = useStepUp('risk.approve-action', action.contentHash);
  const form = useForm<{ reason: string }>({ defaultValues: { reason: '' } });
  const decide = useMutation(trpc.risk.decide.mutationOptions());
  const submission = useSubmit(form, async ({ reason }) => {
    const stepUp = approves ? await factor.obtain() : null;
    if (approves && !stepUp) return;
    await decide.mutateAsync({ actionId: action.id, decision, reason, stepUp: stepUp ?? undefined }).then(onClose);
  });
  return (
    <FormPanel
      title={approves ? `Approve: ${action.title}` : `Reject: ${action.title}`}
      description={`Breach ${episode.number}. ${episode.sentence}.`}
      submission={submission}
      submitLabel={approves ? 'Approve and send' : 'Reject action'}
      blocked={approves && !factor.ready ? 'Give your second factor first.' : undefined}
      onClose={onClose}
    >
      <Statement>
        {approves
          ? `${action.title}. ${action.detail} It is sent to the engine at once, reduce-only, under one key.`
          : 'Nothing is sent to the engine. The breach stays open and the restriction stays on.'}
      </Statement>
      {action.targets.length > 0 && (
        <Table
          label="Targets"
          rows={action.targets}
          rowKey={(t) => `${t.strategy}|${t.instrument}`}
          columns={[
            { key: 'instrument', head: 'Instrument', cell: (t) => t.instrument },
            { key: 'strategy', head: 'Strategy', cell: (t) => t.strategy },
            {
              key: 'from',
              head: 'When proposed',
              numeric: true,
              cell: (t) => formatNumber(t.from, { digits: 4, minDigits: 0 }),
            },
            {
              key: 'to',
              head: 'Target',
              numeric: true,
              cell: (t) => formatNumber(t.to, { digits: 4, minDigits: 0 }),
            },
          ]}
        />
      )}
      <Field
        label="Reason"
        optional={approves}
        hint="Shown on the timeline."
        error={form.formState.errors.reason?.message}
      >
        <Textarea {...form.register('reason')} />
      </Field>
      {approves && <SecondFactorField {...factor.field} />}
    </FormPanel>
  );
}
