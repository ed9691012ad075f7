'use client';
import { useMutation, useSuspenseQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { RecoveryCodes } from '../auth/recovery-codes';
import { FormStatus } from '../forms/form-status';
import { wordsOf } from '../forms/server-error';
import { useMe } from '../shell/me';
import { useTRPC } from '../trpc';
import { Button } from '../ui/button';
import { Panel } from '../ui/dialog';
import { Status } from '../ui/status';
import { SignField } from './sign-field';
import { useSigned } from './use-signed';

const FEW = 3;

/** How many recovery codes are left, and a new set. */
export function Recovery() {
  const trpc = useTRPC();
  const left = useSuspenseQuery(trpc.identity.factors.queryOptions()).data.recoveryCodesLeft;
  const [isOpen, setOpen] = useState(false);
  return (
    <div className="flex flex-wrap items-center gap-3">
      <Status kind={left === 0 ? 'high' : left <= FEW ? 'low' : 'verified'}>
        {left === 0 ? 'No code left' : `${left} ${left === 1 ? 'code' : 'codes'} left`}
      </Status>
      <Button size="sm" onClick={() => setOpen(true)}>
        Make a new set…
      </Button>
      {isOpen && <RenewPanel onClose={() => setOpen(false)} />}
    </div>
  );
}

function RenewPanel({ onClose }: { onClose: () => void }) {
  const trpc = useTRPC();
  const renew = useMutation(trpc.identity.renewRecoveryCodes.mutationOptions());
  const signed = useSigned('account.renew-recovery-codes', useMe().id);
  const [codes, setCodes] = useState<string[] | null>(null);
  const press = () =>
    signed.run(async (stepUp) => setCodes((await renew.mutateAsync({ stepUp })).recoveryCodes)).catch(() => {});
  return (
    <Panel open onOpenChange={onClose} title="New recovery codes" description="Your account">
      {codes ? (
        <RecoveryCodes codes={codes} onStored={onClose} />
      ) : (
        <div className="grid gap-4">
          <p className="text-ink-2">The set you have now is void at once, used or not.</p>
          <SignField signed={signed} />
          <FormStatus pending={renew.isPending} error={renew.error && wordsOf(renew.error)} />
          <div>
            <Button
              variant="primary"
              onClick={press}
              sending={renew.isPending}
              blocked={signed.ready ? undefined : 'Give your second factor first.'}
            >
              Make new set
            </Button>
          </div>
        </div>
      )}
    </Panel>
  );
}
