'use client';
import { useMutation, useSuspenseQuery } from '@tanstack/react-query';
import { FormStatus } from '../forms/form-status';
import { wordsOf } from '../forms/server-error';
import { useTRPC } from '../trpc';
import { Button } from '../ui/button';
import { Status } from '../ui/status';
import { Table } from '../ui/table';
import { Age, Time } from '../ui/time';
import { browserName } from './browser-name';

const FACTOR: Record<string, string> = {
  password: 'password',
  totp: 'code',
  passkey: 'passkey',
  recovery: 'recovery code',
};

/** One's own open sessions; each can be ended, and is out at its next request. */
export function SessionTable() {
  const trpc = useTRPC();
  const { data } = useSuspenseQuery(trpc.identity.sessions.queryOptions());
  const revoke = useMutation(trpc.identity.revokeSession.mutationOptions());
  const revokeOthers = useMutation(trpc.identity.revokeOtherSessions.mutationOptions());
  const error = revoke.error ?? revokeOthers.error;
  return (
    <>
      <Table
        label="Sessions"
        rows={data}
        rowKey={(row) => row.id}
        columns={[
          {
            key: 'where',
            head: 'Browser',
            cell: (row) => (
              <span title={row.userAgent}>
                {browserName(row.userAgent)} {row.isThis && <Status kind="active">this one</Status>}
              </span>
            ),
          },
          { key: 'ip', head: 'Address', cell: (row) => <span className="mono">{row.ip || '?'}</span> },
          {
            key: 'by',
            head: 'Signed in by',
            deskOnly: true,
            cell: (row) => row.factors.map((factor) => FACTOR[factor] ?? factor).join(', '),
          },
          { key: 'since', head: 'Since', deskOnly: true, cell: (row) => <Time at={row.createdAt} /> },
          { key: 'input', head: 'Last input', numeric: true, cell: (row) => <Age at={row.lastInputAt} suffix="ago" /> },
          { key: 'ends', head: 'Ends', numeric: true, deskOnly: true, cell: (row) => <Time at={row.expiresAt} /> },
          {
            key: 'end',
            head: <span className="sr-only">End</span>,
            numeric: true,
            cell: (row) =>
              !row.isThis && (
                <Button
                  size="sm"
                  aria-label={`End session in ${browserName(row.userAgent)}`}
                  sending={revoke.isPending && revoke.variables.sessionId === row.id}
                  onClick={() => revoke.mutate({ sessionId: row.id })}
                >
                  End session
                </Button>
              ),
          },
        ]}
      />
      <div className="grid gap-3 px-4 py-3">
        <FormStatus pending={revokeOthers.isPending} error={error && wordsOf(error)} />
        {data.length > 1 && (
          <div>
            <Button sending={revokeOthers.isPending} onClick={() => revokeOthers.mutate()}>
              End all other sessions
            </Button>
          </div>
        )}
      </div>
    </>
  );
}
