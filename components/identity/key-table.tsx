'use client';
import { useSuspenseQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTRPC } from '../trpc';
import { Button } from '../ui/button';
import { EmptyState } from '../ui/states';
import { Status, type StatusKind } from '../ui/status';
import { Table } from '../ui/table';
import { Age, Time } from '../ui/time';
import { KeyPanel, type KeyRow } from './key-panel';
import { useScopeName } from './role-choice';

const STATE: Record<KeyRow['state'], { kind: StatusKind; word: string }> = {
  active: { kind: 'active', word: 'Active' },
  'expires-soon': { kind: 'expired', word: 'Ends soon' },
  expired: { kind: 'expired', word: 'Expired' },
  revoked: { kind: 'revoked', word: 'Revoked' },
  'awaiting-approval': { kind: 'awaiting', word: 'Awaiting approval' },
};

/** Every key with what it may do, until when, and when it was last used. */
export function KeyTable() {
  const trpc = useTRPC();
  const { data } = useSuspenseQuery(trpc.apiKeys.list.queryOptions());
  const scopeName = useScopeName();
  const [openId, setOpenId] = useState<string | null>(null);
  const open = data.find((key) => key.id === openId);
  return (
    <>
      <Table
        label="API keys"
        rows={data}
        rowKey={(row) => row.id}
        rowTone={(row) => (row.state === 'expires-soon' ? 'warn' : undefined)}
        selectedKey={openId ?? undefined}
        empty={
          <EmptyState title="No API key yet.">
            A machine that sends snapshots, records runbook steps or asks before it orders needs one.
          </EmptyState>
        }
        columns={[
          {
            key: 'name',
            head: 'Name',
            cell: (row) => (
              <>
                <span className="font-medium">{row.name}</span>{' '}
                <span className="mono text-ink-3">gl_{row.prefix}…</span>
              </>
            ),
          },
          {
            key: 'scopes',
            head: 'May',
            deskOnly: true,
            cell: (row) => (
              <span className="mono text-ink-2">
                {row.scopes.join(', ')}{' '}
                <span className="text-ink-3">
                  {scopeName(row.portfolioId)}
                  {row.engineName && `, ${row.engineName}`}
                </span>
              </span>
            ),
          },
          {
            key: 'state',
            head: 'State',
            cell: (row) => <Status kind={STATE[row.state].kind}>{STATE[row.state].word}</Status>,
          },
          {
            key: 'used',
            head: 'Last used',
            numeric: true,
            cell: (row) =>
              row.lastUsedAt ? (
                <span title={`from ${row.lastUsedFrom || '?'}`}>
                  <Age at={row.lastUsedAt} suffix="ago" />
                </span>
              ) : (
                <span className="text-ink-3">never</span>
              ),
          },
          { key: 'ends', head: 'Ends', numeric: true, cell: (row) => <Time at={row.expiresAt} day /> },
          { key: 'by', head: 'Made by', deskOnly: true, cell: (row) => row.createdByName },
          {
            key: 'manage',
            head: <span className="sr-only">Manage</span>,
            numeric: true,
            cell: (row) =>
              row.state !== 'revoked' && (
                <Button size="sm" aria-label={`Manage key ${row.name}`} onClick={() => setOpenId(row.id)}>
                  {row.state === 'awaiting-approval' ? 'Decide…' : 'Manage…'}
                </Button>
              ),
          },
        ]}
      />
      {open && <KeyPanel row={open} onClose={() => setOpenId(null)} />}
    </>
  );
}
