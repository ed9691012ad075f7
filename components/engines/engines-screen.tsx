'use client';
import { useSuspenseQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { CommandView, EngineView } from '@/server/engines/view-store';
import { useTRPC } from '../trpc';
import { Button } from '../ui/button';
import { PageHeader, Region } from '../ui/page';
import { EmptyState } from '../ui/states';
import { Status, type StatusKind } from '../ui/status';
import { Table } from '../ui/table';
import { Age, Time } from '../ui/time';
import { EngineCard } from './engine-card';
import { RegisterPanel } from './register-panel';
import { type Secret, SecretPanel } from './secret-panel';

const COMMAND_STATE: Record<string, { kind: StatusKind; word: string }> = {
  pending: { kind: 'pending', word: 'Not delivered yet' },
  sent: { kind: 'running', word: 'Sent' },
  accepted: { kind: 'running', word: 'In work' },
  confirmed: { kind: 'verified', word: 'Confirmed' },
  failed: { kind: 'failed', word: 'Failed' },
  unknown: { kind: 'unknown', word: 'Unknown, asked after' },
  superseded: { kind: 'voided', word: 'Superseded' },
};

/** The systems of the trading stack: what each last said, who may change it, and what was sent to it. */
export function EnginesScreen({
  mayManage,
  mayApprove,
  isDemo,
}: {
  mayManage: boolean;
  mayApprove: boolean;
  isDemo: boolean;
}) {
  const trpc = useTRPC();
  const { data: engines } = useSuspenseQuery(trpc.engines.list.queryOptions());
  const { data: commands } = useSuspenseQuery(trpc.engines.commands.queryOptions());
  const [isRegistering, setRegistering] = useState(false);
  const [secret, setSecret] = useState<Secret | null>(null);
  const nameOf = (id: string) => engines.find((engine) => engine.id === id)?.name ?? 'removed engine';
  return (
    <>
      <PageHeader
        title="Engines"
        actions={
          <Button
            variant="primary"
            onClick={() => setRegistering(true)}
            blocked={mayManage ? undefined : 'An Admin registers engines; a Risk officer approves them.'}
          >
            Register engine…
          </Button>
        }
      >
        <span>
          Systems that trade, spoken to by signed commands. A Risk officer approves each before anything is sent to it.
        </span>
      </PageHeader>
      {engines.length === 0 ? (
        <div className="bg-surface p-4">
          <EmptyState title="No engine is registered.">
            Until one is, nothing trades, no capital can be given, and an emergency has nothing to stop.
          </EmptyState>
        </div>
      ) : (
        engines.map((engine: EngineView) => (
          <EngineCard
            key={engine.id}
            engine={engine}
            mayManage={mayManage}
            mayApprove={mayApprove}
            isDemo={isDemo}
            onSecret={setSecret}
          />
        ))
      )}
      <Region title="Commands" end="newest first; each key is executed once" flush>
        <Table<CommandView>
          label="Commands"
          rows={commands}
          rowKey={(row) => row.id}
          rowTone={(row) => (row.state === 'failed' ? 'high' : undefined)}
          empty={<p className="text-ink-2">Nothing was sent yet.</p>}
          columns={[
            { key: 'type', head: 'Command', cell: (row) => row.type.replaceAll('_', ' ') },
            { key: 'engine', head: 'Engine', cell: (row) => nameOf(row.engineId) },
            { key: 'cause', head: 'For', deskOnly: true, cell: (row) => row.cause },
            {
              key: 'state',
              head: 'State',
              cell: (row) => {
                const { kind, word } = COMMAND_STATE[row.state] ?? { kind: 'unknown' as const, word: row.state };
                return (
                  <Status
                    kind={kind}
                    detail={row.error ?? (row.attempts > 1 ? `asked ${row.attempts} times` : undefined)}
                  >
                    {word}
                  </Status>
                );
              },
            },
            { key: 'epoch', head: 'Epoch', numeric: true, deskOnly: true, cell: (row) => row.epoch },
            { key: 'at', head: 'Queued', numeric: true, cell: (row) => <Time at={row.createdAt} seconds /> },
            {
              key: 'answered',
              head: 'Answered',
              numeric: true,
              deskOnly: true,
              cell: (row) => row.answeredAt && <Age at={row.answeredAt} suffix=" ago" />,
            },
          ]}
        />
      </Region>
      {isRegistering && <RegisterPanel onClose={() => setRegistering(false)} onSecret={setSecret} />}
      {secret && <SecretPanel {...secret} onClose={() => setSecret(null)} />}
    </>
  );
}
