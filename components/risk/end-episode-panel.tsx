'use client';
import { useMutation } from '@tanstack/react-query';
import { useForm } from 'react-hook-form';
import type { EpisodeView } from '@/server/risk/views/view';
import { FormPanel } from '../forms/form-panel';
import { useStepUp } from '../forms/step-up';
import { useSubmit } from '../forms/use-submit';
import { useTRPC } from '../trpc';
import { Statement } from '../ui/dialog';
import { Field, Select, Textarea } from '../ui/field';
import { Note } from '../ui/note';
import { SecondFactorField } from '../ui/second-factor-field';
import { Time } from '../ui/time';
import { toast } from '../ui/toast';

const WORDS = {
  rebase: {
    title: 'Rebase the high-water mark',
    who: 'Two people do this together: Risk officers or Managers.',
    verb: 'Sign rebase',
  },
  accept: {
    title: 'Accept the breach',
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
  const { exits } = episode;
  const waiting = exits.waiting.filter((one) => one.kind === kind);
  const longest = exits.accept.length;
  const form = useForm({
    defaultValues: { days: String(waiting[0]?.days ?? Math.min(5, longest)), reason: '' },
  });
  const days = kind === 'accept' ? Number(form.watch('days')) : null;
  const content = (days === null ? exits.rebase?.contentHash : exits.accept[days - 1]) ?? '';
  const factor = useStepUp(`risk.${kind}`, content);
  const end = useMutation(trpc.risk.endEpisode.mutationOptions());
  const errors = form.formState.errors;
  const submission = useSubmit(form, async ({ reason }) => {
    const stepUp = await factor.obtain();
    if (!stepUp) return;
    await end.mutateAsync({ episodeId: episode.id, kind, days, reason, seen: content, stepUp }).then(({ text }) => {
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
      blocked={
        content === ''
          ? 'This breach cannot be ended this way now.'
          : factor.ready
            ? undefined
            : 'Give your second factor first.'
      }
      onClose={onClose}
    >
      {waiting.map((one) => (
        <Note key={String(one.days)} tone="run" glyph="user" title={`${one.names.join(' and ')} signed`}>
          {one.days !== null && `For ${one.days} ${one.days === 1 ? 'day' : 'days'}. `}
          {one.reason} It falls <Time at={one.lapsesAt} withDate />
          {kind === 'rebase' ? ', or when the mark moves.' : '.'}
        </Note>
      ))}
      {kind === 'accept' && (
        <Field
          label="It may stand for"
          hint="Both sign for the same days; for others the second person begins anew."
          error={errors.days?.message}
        >
          <Select {...form.register('days')}>
            {exits.accept.map((hash, index) => (
              <option key={hash} value={index + 1}>
                {index === 0 ? '1 day' : `${index + 1} days`}
              </option>
            ))}
          </Select>
        </Field>
      )}
      <Statement>
        {kind === 'rebase' ? (
          <>
            {exits.rebase
              ? `The high-water mark of ${exits.rebase.highWater} for the units held now becomes their present value, ${exits.rebase.value} by now, so the drawdown starts again at 0.`
              : 'No mark is known to rebase.'}{' '}
            The loss itself stays in the record. The restriction on trading stays until it is lifted. This signature is
            for this mark: it falls when the mark moves, and after 72 h.
          </>
        ) : (
          <>
            The breach may stand for {days} {days === 1 ? 'day' : 'days'}. A deeper rung of it still acts. The
            restriction on trading stays until it is lifted. This signature falls after 72 h.
            {exits.acceptUpTo &&
              ` It is accepted up to a tenth past its worst when the second person signs, ${exits.acceptUpTo} by now; past that it is open again.`}
          </>
        )}
      </Statement>
      <Field label="Reason" hint="Shown on the timeline." error={errors.reason?.message}>
        <Textarea {...form.register('reason')} />
      </Field>
      <SecondFactorField {...factor.field} />
    </FormPanel>
  );
}
