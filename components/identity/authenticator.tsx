'use client';
import { useMutation, useSuspenseQuery } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { QrCode } from '../auth/qr-code';
import { FormStatus } from '../forms/form-status';
import { wordsOf } from '../forms/server-error';
import { useMe } from '../shell/me';
import { useTRPC } from '../trpc';
import { Button } from '../ui/button';
import { CodeInput } from '../ui/code-input';
import { Panel } from '../ui/dialog';
import { Field } from '../ui/field';
import { Status } from '../ui/status';
import { SignField } from './sign-field';
import { useSigned } from './use-signed';

type Begun = { ticket: string; secret: string; uri: string };

/** The authenticator of one's account, and how it is replaced: the old one counts until the new one has shown a code. */
export function Authenticator() {
  const trpc = useTRPC();
  const { data } = useSuspenseQuery(trpc.identity.factors.queryOptions());
  const [isOpen, setOpen] = useState(false);
  return (
    <div className="flex flex-wrap items-center gap-3">
      <Status kind={data.hasTotp ? 'verified' : 'not-started'}>
        {data.hasTotp ? 'Authenticator in use' : 'No authenticator'}
      </Status>
      <Button size="sm" onClick={() => setOpen(true)}>
        {data.hasTotp ? 'Replace authenticator…' : 'Set up authenticator…'}
      </Button>
      {isOpen && <ReplacePanel onClose={() => setOpen(false)} />}
    </div>
  );
}

function ReplacePanel({ onClose }: { onClose: () => void }) {
  const trpc = useTRPC();
  const begin = useMutation(trpc.identity.beginTotpChange.mutationOptions());
  const signed = useSigned('account.replace-totp', useMe().id);
  const [begun, setBegun] = useState<Begun | null>(null);
  const [error, setError] = useState<string | null>(null);
  const start = () =>
    signed
      .run(async (stepUp) => setBegun(await begin.mutateAsync({ stepUp })))
      .catch((refusal) => setError(wordsOf(refusal)));
  return (
    <Panel open onOpenChange={onClose} title="Replace authenticator" description="Your account">
      {begun ? (
        <ConfirmNew begun={begun} onDone={onClose} />
      ) : (
        <div className="grid gap-4">
          <p className="text-ink-2">
            First the factor you have now. It goes on working until the new one is confirmed.
          </p>
          <SignField signed={signed} />
          <FormStatus pending={begin.isPending} error={error} />
          <div>
            <Button
              variant="primary"
              onClick={start}
              sending={begin.isPending}
              blocked={signed.ready ? undefined : 'Give your second factor first.'}
            >
              Show new key
            </Button>
          </div>
        </div>
      )}
    </Panel>
  );
}

function ConfirmNew({ begun, onDone }: { begun: Begun; onDone: () => void }) {
  const trpc = useTRPC();
  const confirm = useMutation(trpc.identity.confirmTotpChange.mutationOptions({ onSuccess: onDone }));
  const [code, setCode] = useState('');
  const submit = (event: FormEvent) => {
    event.preventDefault();
    confirm.mutate({ ticket: begun.ticket, code }, { onError: () => setCode('') });
  };
  return (
    <form onSubmit={submit} className="grid gap-4" noValidate>
      <QrCode text={begun.uri} label="QR code of the new key" />
      <p className="text-ink-2">
        Scan it, or enter the key: <span className="mono select-all">{begun.secret.replaceAll(/(.{4})/g, '$1 ')}</span>
      </p>
      <Field label="Six digits it shows now" error={confirm.error && wordsOf(confirm.error)}>
        <CodeInput value={code} onChange={setCode} />
      </Field>
      <div>
        <Button
          type="submit"
          variant="primary"
          sending={confirm.isPending}
          blocked={code.length === 6 ? undefined : 'Enter the six digits first.'}
        >
          Use this authenticator
        </Button>
      </div>
    </form>
  );
}
