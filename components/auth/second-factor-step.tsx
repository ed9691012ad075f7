'use client';
import { startAuthentication } from '@simplewebauthn/browser';
import { useMutation } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { FormStatus } from '../forms/form-status';
import { wordsOf } from '../forms/server-error';
import { useTRPC } from '../trpc';
import { Button } from '../ui/button';
import { CodeInput } from '../ui/code-input';
import { Field, Input } from '../ui/field';
import { Seg } from '../ui/seg';
import { openSession } from './open-session';

type Factor = 'totp' | 'passkey' | 'recovery';
const LABEL: Record<Factor, string> = { totp: 'Code', passkey: 'Passkey', recovery: 'Recovery code' };

/** One of the factors this person has. A wrong one says how many tries are left. */
export function SecondFactorStep({
  ticket,
  factors,
  onSignedIn,
  onBack,
}: {
  ticket: string;
  factors: readonly Factor[];
  onSignedIn: () => void;
  onBack: () => void;
}) {
  const trpc = useTRPC();
  const [factor, setFactor] = useState<Factor>(factors[0] ?? 'recovery');
  const [code, setCode] = useState('');
  const [error, setError] = useState<string | null>(null);
  const [isSending, setSending] = useState(false);
  const second = useMutation(trpc.identity.secondFactor.mutationOptions());
  const options = useMutation(trpc.identity.passkeySignInOptions.mutationOptions());
  const passkey = useMutation(trpc.identity.passkeySignIn.mutationOptions());

  const prove = async (): Promise<{ ticket: string }> => {
    if (factor !== 'passkey') return second.mutateAsync({ ticket, kind: factor, code: code.trim() });
    const response = await startAuthentication({ optionsJSON: await options.mutateAsync() });
    return passkey.mutateAsync({ response });
  };
  const submit = async (event?: FormEvent) => {
    event?.preventDefault();
    if (isSending || !isReady) return;
    setError(null);
    setSending(true);
    try {
      await openSession((await prove()).ticket);
      onSignedIn();
    } catch (refusal) {
      setError(wordsOf(refusal));
      setCode('');
      setSending(false);
    }
  };
  const isReady = factor === 'passkey' || (factor === 'totp' ? code.length === 6 : code.trim().length >= 8);
  const choose = (next: Factor) => {
    setFactor(next);
    setCode('');
    setError(null);
  };
  return (
    <form onSubmit={submit} className="grid gap-5" noValidate>
      <Seg
        label="Which factor"
        options={factors.map((value) => ({ value, label: LABEL[value] }))}
        value={factor}
        onChange={choose}
      />
      {factor === 'totp' && (
        <Field label="Six digits from your authenticator" error={error} hint="A new one every 30 s. Paste works.">
          <CodeInput value={code} onChange={setCode} autoFocus />
        </Field>
      )}
      {factor === 'recovery' && (
        <Field label="One of your recovery codes" error={error} hint="Each works once.">
          <Input
            value={code}
            onChange={(event) => setCode(event.target.value)}
            autoFocus
            autoComplete="off"
            spellCheck={false}
            className="mono h-10"
          />
        </Field>
      )}
      {factor === 'passkey' && (
        <>
          <p className="text-ink-2">Your browser asks for it when you go on.</p>
          <FormStatus error={error} />
        </>
      )}
      <FormStatus pending={isSending} />
      <div className="grid grid-cols-[auto_minmax(0,1fr)] gap-2">
        <Button variant="quiet" size="lg" onClick={onBack}>
          Back
        </Button>
        <Button
          type="submit"
          variant="primary"
          size="lg"
          sending={isSending}
          blocked={
            isReady ? undefined : factor === 'totp' ? 'Enter the six digits first.' : 'Enter a recovery code first.'
          }
        >
          {factor === 'passkey' ? 'Use a passkey' : 'Verify'}
        </Button>
      </div>
    </form>
  );
}
