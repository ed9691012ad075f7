'use client';
import { browserSupportsWebAuthn, startRegistration } from '@simplewebauthn/browser';
import { useMutation } from '@tanstack/react-query';
import { type FormEvent, useEffect, useRef, useState } from 'react';
import { FormStatus } from '../forms/form-status';
import { wordsOf } from '../forms/server-error';
import { useTRPC } from '../trpc';
import { Button } from '../ui/button';
import { CodeInput } from '../ui/code-input';
import { Field } from '../ui/field';
import { Skeleton } from '../ui/states';
import { openSession } from './open-session';
import { QrCode } from './qr-code';
import { RecoveryCodes } from './recovery-codes';

type Enrolled = { ticket: string; recoveryCodes: string[] };

/** An authenticator or a passkey, confirmed once; then the recovery codes, shown once. The session is open by then. */
export function Enrolment({ ticket, onDone }: { ticket: string; onDone: () => void }) {
  const trpc = useTRPC();
  const begin = useMutation(trpc.identity.beginEnrolment.mutationOptions());
  const confirm = useMutation(trpc.identity.confirmEnrolment.mutationOptions());
  const beginPasskey = useMutation(trpc.identity.beginPasskeyEnrolment.mutationOptions());
  const confirmPasskey = useMutation(trpc.identity.confirmPasskeyEnrolment.mutationOptions());
  const [code, setCode] = useState('');
  const [error, setError] = useState<string | null>(null);
  const [isSending, setSending] = useState(false);
  const [recoveryCodes, setRecoveryCodes] = useState<string[] | null>(null);
  const [hasPasskeys, setHasPasskeys] = useState(false);
  const asked = useRef(false);
  const beginOnce = begin.mutate;

  useEffect(() => {
    setHasPasskeys(browserSupportsWebAuthn());
    if (asked.current) return;
    asked.current = true;
    beginOnce({ ticket });
  }, [beginOnce, ticket]);

  const finish = async (enrol: () => Promise<Enrolled>) => {
    setError(null);
    setSending(true);
    try {
      const enrolled = await enrol();
      await openSession(enrolled.ticket);
      setRecoveryCodes(enrolled.recoveryCodes);
    } catch (refusal) {
      setError(wordsOf(refusal));
      setCode('');
    } finally {
      setSending(false);
    }
  };
  const withCode = (event: FormEvent) => {
    event.preventDefault();
    if (code.length === 6) void finish(() => confirm.mutateAsync({ ticket, code }));
  };
  const withPasskey = () =>
    finish(async () => {
      const response = await startRegistration({ optionsJSON: await beginPasskey.mutateAsync({ ticket }) });
      return confirmPasskey.mutateAsync({ ticket, name: 'First passkey', response });
    });

  if (recoveryCodes) return <RecoveryCodes codes={recoveryCodes} onStored={onDone} />;
  if (begin.error) return <FormStatus error={wordsOf(begin.error)} />;
  if (!begin.data) return <Skeleton label="your key" rows={4} />;
  return (
    <form onSubmit={withCode} className="grid gap-4" noValidate>
      <div className="flex flex-wrap items-start gap-4">
        <QrCode text={begin.data.uri} label="QR code of the authenticator key" />
        <div className="grid min-w-50 flex-1 gap-3">
          <p className="text-xs text-ink-2">
            Scan with an authenticator, or enter the key:
            <code className="mt-1 block text-ink wrap-anywhere select-all">
              {begin.data.secret.match(/.{1,4}/g)?.join(' ')}
            </code>
          </p>
          <Field label="Six digits it shows" error={error}>
            <CodeInput value={code} onChange={setCode} autoFocus />
          </Field>
          {hasPasskeys && (
            <p className="text-xs text-ink-3">
              Or{' '}
              <button
                type="button"
                className="text-run underline-offset-3 hover:underline phone:min-h-11"
                onClick={withPasskey}
              >
                add a passkey
              </button>{' '}
              instead.
            </p>
          )}
        </div>
      </div>
      <FormStatus pending={isSending} />
      <Button
        type="submit"
        variant="primary"
        size="lg"
        sending={isSending}
        blocked={code.length === 6 ? undefined : 'Enter the six digits first.'}
      >
        Verify and continue
      </Button>
    </form>
  );
}
