'use client';
import { useSuspenseQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { PolicyView } from '@/server/policies/view';
import { useTRPC } from '../trpc';
import { Button } from '../ui/button';
import { Note } from '../ui/note';
import { PageHeader, Region } from '../ui/page';
import { Facts } from '../ui/stat';
import { Status, type StatusKind } from '../ui/status';
import { Table } from '../ui/table';
import { Time } from '../ui/time';
import { DecidePanel } from './decide-panel';
import { PolicyForm } from './policy-form';
import { Warnings } from './warnings';
import { POLICY_WORDS } from './words';

const STATE: Record<PolicyView['history'][number]['state'], { kind: StatusKind; word: string }> = {
  'in-force': { kind: 'passed', word: 'In force' },
  replaced: { kind: 'closed', word: 'Replaced' },
  proposed: { kind: 'awaiting', word: 'Proposed' },
  rejected: { kind: 'rejected', word: 'Turned down' },
};

/** Who approves, how long a tranche is held, whom an alert reaches: what holds, what is proposed, and how it came to be. */
export function PoliciesScreen() {
  const trpc = useTRPC();
  const { policies, editRefusal } = useSuspenseQuery(trpc.policies.page.queryOptions()).data;
  return (
    <>
      <PageHeader title="Policies" />
      {policies.map((policy) => (
        <Policy key={policy.kind} policy={policy} editRefusal={editRefusal} />
      ))}
    </>
  );
}

function Policy({ policy, editRefusal }: { policy: PolicyView; editRefusal: string | null }) {
  const [panel, setPanel] = useState<'edit' | 'decide' | null>(null);
  const { title, about } = POLICY_WORDS[policy.kind];
  const { proposal } = policy;
  const groups = [...new Set(policy.lines.map(({ group }) => group))];
  const blocked = editRefusal ?? (proposal ? 'A version is proposed already: decide about it first.' : undefined);
  return (
    <Region
      title={title}
      end={
        <Button size="sm" blocked={blocked} onClick={() => setPanel('edit')}>
          Propose a change…
        </Button>
      }
    >
      <div className="grid gap-4">
        <p className="max-w-[74ch] text-xs text-ink-3">
          {about}{' '}
          {policy.since ? (
            <>
              Version {policy.version}, in force since <Time at={policy.since} withDate />.
            </>
          ) : (
            'The default that ships, version 0.'
          )}
        </p>
        <Warnings warnings={policy.warnings} />
        {proposal && (
          <Note tone="warn" title={`Version ${proposal.version} is proposed by ${proposal.proposedBy}`}>
            <span className="block">{proposal.reason}</span>
            <span className="block">
              {proposal.agreed.length > 0 ? `Agreed: ${proposal.agreed.join(', ')}.` : 'Nobody has agreed yet.'} Two
              people of risk officer and manager put it into force.
            </span>
            <Button size="sm" className="mt-2" onClick={() => setPanel('decide')}>
              Look at it…
            </Button>
          </Note>
        )}
        <div className="grid grid-cols-3 gap-x-6 gap-y-4 phone:grid-cols-1">
          {groups.map((group) => (
            <section key={group} aria-label={group} className="min-w-0">
              <h3 className="mb-1 text-xs font-medium text-ink-2">{group}</h3>
              <Facts
                items={policy.lines
                  .filter((line) => line.group === group && line.text !== 'Nobody more')
                  .map((line) => ({ name: line.label, value: line.text }))}
              />
            </section>
          ))}
        </div>
        {policy.history.length > 0 && (
          <Table
            label={`${title}: versions`}
            rows={policy.history}
            rowKey={(row) => String(row.version)}
            columns={[
              { key: 'version', head: 'Version', numeric: true, cell: (row) => row.version },
              {
                key: 'state',
                head: 'State',
                cell: (row) => <Status kind={STATE[row.state].kind}>{STATE[row.state].word}</Status>,
              },
              { key: 'by', head: 'By', cell: (row) => row.by },
              { key: 'reason', head: 'Reason', cell: (row) => row.reason },
              { key: 'at', head: 'At', numeric: true, cell: (row) => <Time at={row.at} withDate /> },
            ]}
          />
        )}
      </div>
      {panel === 'edit' && <PolicyForm policy={policy} onClose={() => setPanel(null)} />}
      {panel === 'decide' && proposal && (
        <DecidePanel title={title} proposal={proposal} onClose={() => setPanel(null)} />
      )}
    </Region>
  );
}
