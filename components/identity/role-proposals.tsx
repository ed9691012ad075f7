'use client';
import { useMutation, useSuspenseQuery } from '@tanstack/react-query';
import type { inferRouterOutputs } from '@trpc/server';
import { useState } from 'react';
import { useForm } from 'react-hook-form';
import { ROLE_LABEL } from '@/server/kernel/actor';
import type { AppRouter } from '@/server/routers/_app';
import { FormStatus } from '../forms/form-status';
import { wordsOf } from '../forms/server-error';
import { useSubmit } from '../forms/use-submit';
import { useTRPC } from '../trpc';
import { Button } from '../ui/button';
import { Panel, Statement } from '../ui/dialog';
import { Field, Textarea } from '../ui/field';
import { List, ListRow } from '../ui/list';
import { AllWell } from '../ui/states';
import { Time } from '../ui/time';
import { useScopeName } from './role-choice';
import { SignField } from './sign-field';
import { useSigned } from './use-signed';

type Proposal = inferRouterOutputs<AppRouter>['people']['list']['proposals'][number];

const FAULT = {
  role: 'Waits for two people of manager or board.',
  own: 'This is your own role: two others agree to it.',
  twice: 'You agreed. It waits for another person.',
} as const;

/** Roles that wait for a second person, and the one decision about each. */
export function RoleProposals() {
  const trpc = useTRPC();
  const { proposals } = useSuspenseQuery(trpc.people.list.queryOptions()).data;
  const scopeName = useScopeName();
  const [openId, setOpenId] = useState<string | null>(null);
  const open = proposals.find((proposal) => proposal.id === openId);
  if (proposals.length === 0) {
    return (
      <div className="px-4 pb-3.5">
        <AllWell title="No role waits for a decision." />
      </div>
    );
  }
  return (
    <>
      <List label="Proposed roles">
        {proposals.map((proposal) => (
          <ListRow
            key={proposal.id}
            kind="awaiting"
            title={`${proposal.personName}: ${ROLE_LABEL[proposal.role]}, ${scopeName(proposal.portfolioId)}`}
            meta={
              <>
                Proposed by {proposal.proposedByName}, <Time at={proposal.proposedAt} />.{' '}
                {proposal.agreed.length > 0 && `Agreed: ${proposal.agreed.map(({ name }) => name).join(', ')}. `}
                {proposal.fault && FAULT[proposal.fault]}
              </>
            }
            end={
              proposal.fault === null && (
                <Button size="sm" onClick={() => setOpenId(proposal.id)}>
                  Decide…
                </Button>
              )
            }
          />
        ))}
      </List>
      {open && <DecidePanel proposal={open} onClose={() => setOpenId(null)} />}
    </>
  );
}

function DecidePanel({ proposal, onClose }: { proposal: Proposal; onClose: () => void }) {
  const trpc = useTRPC();
  const scopeName = useScopeName();
  const approve = useMutation(trpc.people.approveRole.mutationOptions());
  const reject = useMutation(trpc.people.rejectRole.mutationOptions());
  const signed = useSigned('people.manage', proposal.contentHash);
  const form = useForm({ defaultValues: { reason: '' } });
  const agree = () =>
    signed
      .run((stepUp) => approve.mutateAsync({ proposalId: proposal.id, stepUp }))
      .then((done) => done && onClose())
      .catch(() => {});
  const turnDown = useSubmit(form, ({ reason }) =>
    reject.mutateAsync({ proposalId: proposal.id, reason }).then(onClose),
  );
  return (
    <Panel
      open
      onOpenChange={onClose}
      title="Decide about a role"
      description={`Proposed by ${proposal.proposedByName}`}
    >
      <div className="grid gap-4">
        <Statement>
          {proposal.personName} shall be {ROLE_LABEL[proposal.role]} for the {scopeName(proposal.portfolioId)}.
        </Statement>
        <p className="mono text-ink-3">{proposal.contentHash.slice(0, 16)}</p>
        <SignField signed={signed} />
        <FormStatus pending={approve.isPending} error={approve.error && wordsOf(approve.error)} />
        <div>
          <Button
            variant="primary"
            onClick={agree}
            sending={approve.isPending}
            blocked={signed.ready ? undefined : 'Give your second factor first.'}
          >
            Agree
          </Button>
        </div>
        <form onSubmit={turnDown.submit} className="mt-4 grid gap-3 border-t border-line pt-4" noValidate>
          <Field label="Or turn it down, because" error={form.formState.errors.reason?.message}>
            <Textarea {...form.register('reason')} />
          </Field>
          <FormStatus pending={turnDown.pending} error={turnDown.refusal} />
          <div>
            <Button type="submit" sending={turnDown.pending}>
              Turn down
            </Button>
          </div>
        </form>
      </div>
    </Panel>
  );
}
