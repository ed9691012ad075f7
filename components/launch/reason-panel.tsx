'use client';
import { type ReactNode, useState } from 'react';
import { FormStatus } from '../forms/form-status';
import { wordsOf } from '../forms/server-error';
import { Button, type ButtonProps } from '../ui/button';
import { Panel } from '../ui/dialog';
import { Field, Textarea } from '../ui/field';

/** A decision that takes a reason and nothing else: what it does stands above, the server's refusal below. */
export function ReasonPanel({
  label,
  title,
  effects,
  hint = 'Shown on the timeline.',
  question = 'Why',
  confirm,
  variant,
  confirmVariant = 'primary',
  blocked,
  onConfirm,
}: {
  /** On the button that opens it. */
  label: ReactNode;
  title: string;
  effects: ReactNode;
  hint?: string;
  question?: string;
  confirm: string;
  variant?: ButtonProps['variant'];
  confirmVariant?: ButtonProps['variant'];
  blocked?: string;
  onConfirm: (reason: string) => Promise<unknown>;
}) {
  const [isOpen, setOpen] = useState(false);
  const [reason, setReason] = useState('');
  const [pending, setPending] = useState(false);
  const [error, setError] = useState<string | null>(null);
  const send = async () => {
    setPending(true);
    setError(null);
    try {
      await onConfirm(reason.trim());
      setOpen(false);
      setReason('');
    } catch (refusal) {
      setError(wordsOf(refusal));
    } finally {
      setPending(false);
    }
  };
  return (
    <>
      <Button variant={variant} blocked={blocked} onClick={() => setOpen(true)}>
        {label}
      </Button>
      <Panel
        open={isOpen}
        onOpenChange={setOpen}
        title={title}
        footer={
          <>
            <Button onClick={() => setOpen(false)}>Cancel</Button>
            <Button
              variant={confirmVariant}
              sending={pending}
              blocked={reason.trim().length < 3 ? 'Say why first.' : undefined}
              onClick={send}
            >
              {confirm}
            </Button>
          </>
        }
      >
        <div className="grid gap-4">
          <div className="text-ink-2">{effects}</div>
          <Field label={question} hint={hint}>
            <Textarea value={reason} onChange={(event) => setReason(event.target.value)} />
          </Field>
          <FormStatus pending={pending} error={error} />
        </div>
      </Panel>
    </>
  );
}
