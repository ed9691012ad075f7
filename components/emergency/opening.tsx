'use client';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { useForm } from 'react-hook-form';
import type { EmergencyView } from '@/server/emergency/view';
import { FormPanel } from '../forms/form-panel';
import { FormStatus } from '../forms/form-status';
import { wordsOf } from '../forms/server-error';
import { useSubmit } from '../forms/use-submit';
import { useTRPC } from '../trpc';
import { Button } from '../ui/button';
import { Field, Textarea } from '../ui/field';
import { Note } from '../ui/note';
import { Region } from '../ui/page';
import { Status, type StatusKind } from '../ui/status';

type Line = EmergencyView['opening']['lines'][number];
const LOOK: Record<Line['standing'], { kind: StatusKind; word: string }> = {
  confirmed: { kind: 'verified', word: 'Confirmed' },
  waiting: { kind: 'running', word: 'Waiting' },
  late: { kind: 'unknown', word: 'Unknown' },
  failed: { kind: 'failed', word: 'Failed' },
};

const isStuck = ({ standing }: Line) => standing === 'failed' || standing === 'late';
/** One button for a system, beside the first thing it did not confirm. */
const isFirstStuck = (lines: readonly Line[], line: Line) =>
  lines.find((one) => one.engineId === line.engineId && isStuck(one)) === line;

/** What each system was told when trading was resumed, what it answered, and what people can do about one that did not open. */
export function Opening({ view }: { view: EmergencyView }) {
  const trpc = useTRPC();
  const [isClosing, setClosing] = useState(false);
  const again = useMutation(trpc.emergency.sendOpeningAgain.mutationOptions());
  const { lines, closeRefusal } = view.opening;
  const done = lines.filter(({ standing }) => standing === 'confirmed').length;
  return (
    <Region title="Opening again" end={`${done} of ${lines.length} confirmed`} flush>
      {closeRefusal === null && (
        <div className="px-4 pb-3">
          <Note tone="crit" role="alert" title="Not every system has opened">
            The halt is lifted, but what is named here may still refuse orders. It is asked after with its key; nothing
            is carried out twice.
          </Note>
        </div>
      )}
      <ul aria-label="Opening again">
        {lines.map((line) => (
          <li key={line.commandId} className="grid gap-1 border-t border-line px-4 py-2">
            <div className="flex flex-wrap items-center justify-between gap-2">
              <Status kind={LOOK[line.standing].kind} detail={line.engineName}>
                {LOOK[line.standing].word}
              </Status>
              {isFirstStuck(lines, line) && (
                <Button
                  size="sm"
                  sending={again.isPending && again.variables?.engineId === line.engineId}
                  onClick={() => again.mutate({ emergencyId: view.id, engineId: line.engineId })}
                >
                  Send again
                </Button>
              )}
            </div>
            <p className="text-xs text-ink-2">{line.sentence}</p>
          </li>
        ))}
      </ul>
      <div className="grid gap-2 border-t border-line px-4 py-3">
        <FormStatus pending={again.isPending} error={again.error && wordsOf(again.error)} />
        <div>
          <Button size="sm" blocked={closeRefusal ?? undefined} onClick={() => setClosing(true)}>
            Close with a reason…
          </Button>
        </div>
      </div>
      {isClosing && <ClosePanel view={view} onClose={() => setClosing(false)} />}
    </Region>
  );
}

function ClosePanel({ view, onClose }: { view: EmergencyView; onClose: () => void }) {
  const trpc = useTRPC();
  const form = useForm<{ reason: string }>({ defaultValues: { reason: '' } });
  const close = useMutation(trpc.emergency.closeUnopened.mutationOptions());
  const submission = useSubmit(form, (values) => close.mutateAsync({ emergencyId: view.id, ...values }).then(onClose));
  return (
    <FormPanel
      title={`Close ${view.number}`}
      description="Although not every system has confirmed that it is open."
      submission={submission}
      submitLabel="Close it"
      onClose={onClose}
    >
      <p className="text-ink-2">
        What is not confirmed is not sent any more, and the alert ends. The systems named here stay as they are: open
        them at their own consoles or in Settings, Engines.
      </p>
      <Field label="Why" hint="Stays on the timeline with your name." error={form.formState.errors.reason?.message}>
        <Textarea rows={4} {...form.register('reason')} />
      </Field>
    </FormPanel>
  );
}
