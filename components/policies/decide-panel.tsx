'use client';
import { useMutation } from '@tanstack/react-query';
import { useForm } from 'react-hook-form';
import type { PolicyView } from '@/server/policies/view';
import { FormStatus } from '../forms/form-status';
import { wordsOf } from '../forms/server-error';
import { useSubmit } from '../forms/use-submit';
import { SignField } from '../identity/sign-field';
import { useSigned } from '../identity/use-signed';
import { useTRPC } from '../trpc';
import { Button } from '../ui/button';
import { Panel, Statement } from '../ui/dialog';
import { Field, Textarea } from '../ui/field';
import { shortHash } from '../ui/format';
import { Note } from '../ui/note';
import { Table } from '../ui/table';
import { Warnings } from './warnings';

type Proposal = NonNullable<PolicyView['proposal']>;

/** The one decision about a proposed version: exactly what changes, who agreed, and the second factor for it. */
export function DecidePanel({ title, proposal, onClose }: { title: string; proposal: Proposal; onClose: () => void }) {
  const trpc = useTRPC();
  const agree = useMutation(trpc.policies.agree.mutationOptions());
  const reject = useMutation(trpc.policies.reject.mutationOptions());
  const signed = useSigned('policy.edit', proposal.contentHash);
  const form = useForm({ defaultValues: { reason: '' } });
  const sign = () =>
    signed
      .run((stepUp) => agree.mutateAsync({ policyId: proposal.id, stepUp }))
      .then((done) => done && onClose())
      .catch(() => {});
  const turnDown = useSubmit(form, ({ reason }) => reject.mutateAsync({ policyId: proposal.id, reason }).then(onClose));
  return (
    <Panel
      open
      onOpenChange={(open) => !open && onClose()}
      title={`${title}: version ${proposal.version}`}
      description={`Proposed by ${proposal.proposedBy}: ${proposal.reason}`}
    >
      <div className="grid gap-4">
        <Table
          label="What changes"
          rows={proposal.changes}
          rowKey={(row) => `${row.group} ${row.label}`}
          columns={[
            { key: 'what', head: 'What', cell: (row) => `${row.group}: ${row.label}` },
            { key: 'before', head: 'Now', cell: (row) => row.before },
            { key: 'after', head: 'Then', cell: (row) => <strong>{row.after}</strong> },
          ]}
        />
        <Warnings warnings={proposal.warnings} />
        <Statement>I have looked at what changes. This version shall hold from the second agreement on.</Statement>
        <p className="text-xs text-ink-3">
          {proposal.agreed.length > 0 ? `Agreed: ${proposal.agreed.join(', ')}. ` : ''}
          Bound to <span className="mono">{shortHash(proposal.contentHash)}</span>
        </p>
        {proposal.fault ? (
          <Note tone="off" title="You cannot agree to this">
            {proposal.fault}
          </Note>
        ) : (
          <>
            <SignField signed={signed} />
            <FormStatus pending={agree.isPending} error={agree.error && wordsOf(agree.error)} />
            <div>
              <Button
                variant="primary"
                onClick={sign}
                sending={agree.isPending}
                blocked={signed.ready ? undefined : 'Give your second factor first.'}
              >
                Agree
              </Button>
            </div>
          </>
        )}
        <form onSubmit={turnDown.submit} className="grid gap-3 border-t border-line pt-4" noValidate>
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
