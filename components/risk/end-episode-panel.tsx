'use client';
import { useMutation } from '@tanstack/react-query';
import { useForm } from 'react-hook-form';
import type { EpisodeView } from '@/server/risk/views/view';
import { FormPanel } from '../forms/form-panel';
import { useStepUp } from '../forms/step-up';
import { useSubmit } from '../forms/use-submit';
import { useTRPC } from '../trpc';
import { Statement } from '../ui/dialog';
import { Field, Textarea } from '../ui/field';
import { SecondFactorField } from '../ui/second-factor-field';
import { toast } from '../ui/toast';

const ACCEPT_DAYS = 30;
const WORDS = {
  rebase: {
    title: 'Rebase the high-water mark',
    statement:
      'The high-water mark becomes the present value of a unit, so the drawdown starts again at 0. The loss itself stays in the record. The restriction on trading stays until it is lifted.',
    who: 'Two people do this together: Risk officers or Managers.',
    verb: 'Sign rebase',
  },
  accept: {
    title: 'Accept the breach',
    statement: `The breach may stand for ${ACCEPT_DAYS} days. A deeper rung of it still acts. The restriction on trading stays until it is lifted.`,
    who: 'A Risk officer and a Manager do this together; two of one kind are not enough.',
    verb: 'Sign acceptance',
  },
} as const;

/** Two people end an episode by decision: each signs what is shown; the second one does it. */
export function EndEpisodePanel({
  episode,
  kind,
  onClose,
}: {
  episode: EpisodeView;
  kind: 'rebase' | 'accept';
  onClose: () => void;
}) {
  const trpc = useTRPC();
  const words = WORDS[kind];
  const factor = useStepUp(`risk.${kind}`, (kind === 'rebase' ? episode.exits.rebase : episode.exits.accept) ?? '');
  const form = useForm<{ reason: string }>({ defaultValues: { reason: '' } });
  const end = useMutation(trpc.risk.endEpisode.mutationOptions());
  const submission = useSubmit(form, async ({ reason }) => {
    const stepUp = await factor.obtain();
    if (!stepUp) return;
    await end
      .mutateAsync({ episodeId: episode.id, kind, days: kind === 'accept' ? ACCEPT_DAYS : null, reason, stepUp })
      .then(({ text }) => {
        toast(text);
        onClose();
      });
  });
  return (
    <FormPanel
      title={words.title}
      description={`Breach ${episode.number}. ${episode.sentence}. ${words.who}`}
      submission={submission}
      submitLabel={words.verb}
      blocked={factor.ready ? undefined : 'Give your second factor first.'}
      onClose={onClose}
    >
      <Statement>
        {words.statement}
        {kind === 'accept' &&
          episode.exits.acceptUpTo &&
          ` It is accepted up to a tenth past its worst when the second person signs, ${episode.exits.acceptUpTo} by now; past that it is open again.`}
      </Statement>
      <Field label="Reason" hint="Shown on the timeline." error={form.formState.errors.reason?.message}>
        <Textarea {...form.register('reason')} />
      </Field>
      <SecondFactorField {...factor.field} />
    </FormPanel>
  );
}
