'use client';
import { useMutation } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import type { ItemView } from '@/server/checklist/view';
import { ROLE_LABEL } from '@/server/kernel/actor';
import { FormStatus } from '../forms/form-status';
import { wordsOf } from '../forms/server-error';
import { useStepUp } from '../forms/step-up';
import { useTRPC } from '../trpc';
import { Button } from '../ui/button';
import { Statement } from '../ui/dialog';
import { Field, Input } from '../ui/field';
import { shortHash } from '../ui/format';
import { Note } from '../ui/note';
import { SecondFactorField } from '../ui/second-factor-field';
import { Facts } from '../ui/stat';

/** The attestation: what is attested, to what it is bound, the second factor, and what it does. */
export function SignForm({ item, maySign }: { item: ItemView; maySign: boolean }) {
  const trpc = useTRPC();
  const factor = useStepUp('checklist.sign', item.hash);
  const sign = useMutation(trpc.checklist.signOff.mutationOptions());
  const [note, setNote] = useState('');
  const [hasChanged, setChanged] = useState(false);
  const shown = useRef(item.hash);
  // What was typed belonged to the content that was shown: on a change it is cleared, and the change is said.
  useEffect(() => {
    if (shown.current === item.hash) return;
    shown.current = item.hash;
    factor.reset();
    setChanged(true);
  }, [item.hash, factor.reset]);
  const { signing } = item;
  if (item.state === 'signed' || item.state === 'waived' || !maySign) return null;
  if (!signing.may) return <p className="text-xs text-ink-3">{signing.why}</p>;
  const send = async () => {
    setChanged(false);
    const stepUp = await factor.obtain();
    if (!stepUp) return;
    try {
      await sign.mutateAsync({ itemId: item.id, contentHash: item.hash, note, stepUp });
      setNote('');
    } catch {}
  };
  return (
    <form
      className="grid gap-3.5 border-t border-line pt-4"
      aria-label={`Sign off item ${item.number}`}
      onSubmit={(event) => {
        event.preventDefault();
        if (factor.ready) void send();
      }}
    >
      <h4 className="font-semibold">Sign off</h4>
      {hasChanged && (
        <Note tone="warn" glyph="void" role="alert" title="The item or its evidence just changed.">
          This is what it says now. Your code was cleared; look again.
        </Note>
      )}
      <Facts
        items={[
          { name: 'You sign as', value: ROLE_LABEL[signing.role] },
          {
            name: 'Bound to',
            value: (
              <span className="mono" title={item.hash}>
                sha256:{shortHash(item.hash)}
              </span>
            ),
          },
        ]}
      />
      <div>
        <div className="mb-1 text-xs font-medium text-ink-2">You attest</div>
        <Statement>{item.statement}</Statement>
      </div>
      <Field label="Note" optional>
        <Input
          placeholder="What you checked, in a line"
          value={note}
          onChange={(event) => setNote(event.target.value)}
        />
      </Field>
      <SecondFactorField {...factor.field} />
      <Note tone="off" glyph="void">
        {signing.effect} Any later change to the item or its evidence voids your signature. You are told.
      </Note>
      <FormStatus pending={sign.isPending} error={sign.error && wordsOf(sign.error)} />
      <div className="flex justify-end">
        <Button
          type="submit"
          variant="primary"
          sending={sign.isPending}
          blocked={factor.ready ? undefined : 'Give your second factor first.'}
        >
          Sign off
        </Button>
      </div>
    </form>
  );
}
