'use client';
import { useMutation } from '@tanstack/react-query';
import type { inferRouterOutputs } from '@trpc/server';
import { useState } from 'react';
import { KEY_SCOPES, type KeyScope } from '@/server/identity/key-scopes';
import type { AppRouter } from '@/server/routers/_app';
import { FormStatus } from '../forms/form-status';
import { wordsOf } from '../forms/server-error';
import { useMe } from '../shell/me';
import { useTRPC, useTRPCClient } from '../trpc';
import { Button } from '../ui/button';
import { Panel, Statement } from '../ui/dialog';
import { Note } from '../ui/note';
import { Facts } from '../ui/stat';
import { Time } from '../ui/time';
import { DEFAULT_DAYS, expiryAfter, KeyExpiry } from './key-expiry';
import { KeyShown } from './key-shown';
import { useScopeName } from './role-choice';
import { SignField } from './sign-field';
import { useSigned } from './use-signed';

const HEAD = 'text-xs font-semibold text-ink-2';

export type KeyRow = inferRouterOutputs<AppRouter>['apiKeys']['list'][number];

/** What can be done about one key: let it in, replace it with an overlap, or end it at once. */
export function KeyPanel({ row, onClose }: { row: KeyRow; onClose: () => void }) {
  const scopeName = useScopeName();
  const isWaiting = row.state === 'awaiting-approval';
  const facts = [
    { name: 'May', value: row.scopes.map((scope) => KEY_SCOPES[scope as KeyScope] ?? scope).join('; ') },
    { name: 'In', value: scopeName(row.portfolioId) },
    ...(row.portfolioId ? [{ name: 'For engine', value: row.engineName ?? 'any' }] : []),
    {
      name: 'Made',
      value: (
        <>
          {row.createdByName}, <Time at={row.createdAt} />
        </>
      ),
    },
    { name: 'Ends', value: <Time at={row.expiresAt} withDate /> },
  ];
  return (
    <Panel open onOpenChange={onClose} title={row.name} description={<span className="mono">gl_{row.prefix}…</span>}>
      <div className="grid gap-6">
        <Facts items={facts} />
        {isWaiting && <Approve row={row} onDone={onClose} />}
        {!isWaiting && row.state !== 'expired' && <Rotate row={row} />}
        <Revoke row={row} onDone={onClose} />
      </div>
    </Panel>
  );
}

function Approve({ row, onDone }: { row: KeyRow; onDone: () => void }) {
  const trpc = useTRPC();
  const me = useMe();
  const approve = useMutation(trpc.apiKeys.approve.mutationOptions());
  const signed = useSigned('key.manage', row.contentHash);
  const isOwn = row.createdBy === `person:${me.id}`;
  if (isOwn) return <Note tone="run" glyph="wait" title="Another person approves it. You made it." />;
  const press = () =>
    signed
      .run((stepUp) => approve.mutateAsync({ id: row.id, stepUp }))
      .then((done) => done && onDone())
      .catch(() => {});
  return (
    <section className="grid gap-3">
      <h3 className={HEAD}>Let it in</h3>
      <Statement>This key may do the above until it ends.</Statement>
      <SignField signed={signed} />
      <FormStatus pending={approve.isPending} error={approve.error && wordsOf(approve.error)} />
      <div>
        <Button
          variant="primary"
          onClick={press}
          sending={approve.isPending}
          blocked={signed.ready ? undefined : 'Give your second factor first.'}
        >
          Approve key
        </Button>
      </div>
    </section>
  );
}

function Rotate({ row }: { row: KeyRow }) {
  const trpc = useTRPC();
  const client = useTRPCClient();
  const [days, setDays] = useState(DEFAULT_DAYS);
  const [made, setMade] = useState<{ key: string; oldEndsAt: Date } | null>(null);
  const rotate = useMutation(trpc.apiKeys.rotate.mutationOptions());
  const { name, portfolioId, engineId } = row;
  const wish = { name, portfolioId, engineId, scopes: row.scopes as KeyScope[], expiresAt: expiryAfter(days) };
  const signed = useSigned('key.manage', {
    content: JSON.stringify(wish),
    hash: () => client.apiKeys.contentHash.query(wish),
  });
  const press = () =>
    signed
      .run(async (stepUp) => setMade(await rotate.mutateAsync({ id: row.id, expiresAt: wish.expiresAt, stepUp })))
      .catch(() => {});
  return (
    <section className="grid gap-3">
      <h3 className={HEAD}>Replace</h3>
      <p className="text-xs text-ink-2">
        A new key with the same leave. This one goes on for 24 h, so that its user can change over.
      </p>
      {made ? (
        <>
          <KeyShown text={made.key} />
          <p className="text-xs text-ink-2">
            The old key ends <Time at={made.oldEndsAt} withDate />.
          </p>
        </>
      ) : (
        <>
          <KeyExpiry days={days} onChange={setDays} />
          <SignField signed={signed} />
          <FormStatus pending={rotate.isPending} error={rotate.error && wordsOf(rotate.error)} />
          <div>
            <Button
              onClick={press}
              sending={rotate.isPending}
              blocked={signed.ready ? undefined : 'Give your second factor first.'}
            >
              Make new key
            </Button>
          </div>
        </>
      )}
    </section>
  );
}

function Revoke({ row, onDone }: { row: KeyRow; onDone: () => void }) {
  const trpc = useTRPC();
  const revoke = useMutation(trpc.apiKeys.revoke.mutationOptions({ onSuccess: onDone }));
  return (
    <section className="grid gap-3 border-t border-line pt-4">
      <h3 className={HEAD}>End it</h3>
      <p className="text-xs text-ink-2">
        Its next request is refused, on every instance. What uses it stops until it has another.
      </p>
      <FormStatus pending={revoke.isPending} error={revoke.error && wordsOf(revoke.error)} />
      <div>
        <Button variant="danger-line" onClick={() => revoke.mutate({ id: row.id })} sending={revoke.isPending}>
          Revoke key
        </Button>
      </div>
    </section>
  );
}
