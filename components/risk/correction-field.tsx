'use client';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import type { LatchView } from '@/server/risk/views/view';
import { wordsOf } from '../forms/server-error';
import { useTRPC } from '../trpc';
import { Button } from '../ui/button';
import { Field, Textarea } from '../ui/field';

/** The corrected data of a false alarm: attached before anybody signs; changing it voids what was signed. */
export function CorrectionField({ latch }: { latch: LatchView }) {
  const trpc = useTRPC();
  const [text, setText] = useState(latch.correctedData ?? '');
  const [refusal, setRefusal] = useState<string | null>(null);
  const attach = useMutation(trpc.risk.attachCorrection.mutationOptions());
  const send = () =>
    attach
      .mutateAsync({ latchId: latch.id, correctedData: text })
      .then(() => setRefusal(null))
      .catch((error) => setRefusal(wordsOf(error)));
  return (
    <div className="grid gap-2">
      <Field
        label="Corrected data"
        hint={
          latch.correctedData
            ? 'Attached. Whoever signs, signs this text; changing it voids signatures.'
            : 'What was wrong, what the right figures are, and where they can be seen.'
        }
        error={refusal ?? undefined}
      >
        <Textarea value={text} onChange={(event) => setText(event.target.value)} />
      </Field>
      {text.trim() !== (latch.correctedData ?? '') && (
        <div>
          <Button
            size="sm"
            sending={attach.isPending}
            blocked={text.trim().length < 10 ? 'Say what was wrong and what is right.' : undefined}
            onClick={() => void send()}
          >
            Attach corrected data
          </Button>
        </div>
      )}
    </div>
  );
}
