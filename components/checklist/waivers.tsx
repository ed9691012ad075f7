'use client';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { useForm } from 'react-hook-form';
import type { ItemView, WaiverView } from '@/server/checklist/view';
import { ROLE_LABEL, type Role } from '@/server/kernel/actor';
import { FormStatus } from '../forms/form-status';
import { wordsOf } from '../forms/server-error';
import { useStepUp } from '../forms/step-up';
import { useSubmit } from '../forms/use-submit';
import { ReasonPanel } from '../launch/reason-panel';
import { useTRPC } from '../trpc';
import { Button } from '../ui/button';
import { Field, Input, Textarea } from '../ui/field';
import { SecondFactorField } from '../ui/second-factor-field';
import { Status, type StatusKind } from '../ui/status';
import { Time } from '../ui/time';

const KIND: Record<WaiverView['state'], { kind: StatusKind; word: string }> = {
  proposed: { kind: 'awaiting', word: 'Waiver proposed' },
  'in-force': { kind: 'waived', word: 'Waived' },
  expired: { kind: 'expired', word: 'Waiver expired' },
  rejected: { kind: 'rejected', word: 'Waiver rejected' },
  revoked: { kind: 'revoked', word: 'Waiver revoked' },
};

/** Exemptions from the item: proposed, in force and past, and the form that proposes one. */
export function Waivers({
  item,
  mayPropose,
  mayApprove,
}: {
  item: ItemView;
  mayPropose: boolean;
  mayApprove: boolean;
}) {
  const [isProposing, setProposing] = useState(false);
  const isOpen = item.waivers.some((one) => one.state === 'proposed' || one.state === 'in-force');
  if (item.waivers.length === 0 && (!mayPropose || item.isSatisfied)) return null;
  return (
    <section aria-label="Waivers" className="grid gap-3 border-t border-line pt-3">
      {item.waivers.map((one) => (
        <Waiver key={one.id} item={item} waiver={one} mayApprove={mayApprove} />
      ))}
      {mayPropose &&
        !isOpen &&
        !item.isSatisfied &&
        (isProposing ? (
          <Propose item={item} onDone={() => setProposing(false)} />
        ) : (
          <div>
            <Button size="sm" variant="quiet" onClick={() => setProposing(true)}>
              Propose a waiver…
            </Button>
          </div>
        ))}
    </section>
  );
}

function Waiver({ item, waiver, mayApprove }: { item: ItemView; waiver: WaiverView; mayApprove: boolean }) {
  const trpc = useTRPC();
  const reject = useMutation(trpc.checklist.rejectWaiver.mutationOptions());
  const revoke = useMutation(trpc.checklist.revokeWaiver.mutationOptions());
  const { kind, word } = KIND[waiver.state];
  return (
    <div className="grid gap-1.5 border-l-2 border-line-strong pl-2.5">
      <div className="flex flex-wrap items-baseline gap-x-2">
        <Status kind={kind}>{word}</Status>
        <span className="text-xs text-ink-3">
          until <Time at={waiver.expiresAt} withDate /> · proposed by {waiver.proposedByName}
        </span>
      </div>
      <p className="wrap-anywhere">“{waiver.reason}”</p>
      {waiver.exemptProbes.length > 0 && (
        <p className="text-xs text-ink-3">Exempts the probe too: {waiver.exemptProbes.join(', ')}.</p>
      )}
      {waiver.approvals.map((one) => (
        <p key={one.name} className="text-xs text-ink-2">
          Approved by {one.name}, {ROLE_LABEL[one.role as Role]}, <Time at={one.at} withDate />
        </p>
      ))}
      {waiver.why && <p className="text-xs text-ink-2">{waiver.why}</p>}
      {waiver.state === 'proposed' && mayApprove && (
        <>
          {waiver.answer.may ? (
            <Approve waiver={waiver} grants={waiver.answer.grants} />
          ) : (
            <p className="text-xs text-ink-3">{waiver.answer.why}</p>
          )}
          <div>
            <ReasonPanel
              label="Reject waiver…"
              variant="quiet"
              title={`Reject the waiver of item ${item.number}`}
              confirm="Reject waiver"
              effects="The item stays as it is and must be signed."
              onConfirm={(why) => reject.mutateAsync({ waiverId: waiver.id, why })}
            />
          </div>
        </>
      )}
      {waiver.state === 'in-force' && mayApprove && (
        <div>
          <ReasonPanel
            label="Revoke waiver…"
            variant="quiet"
            title={`Revoke the waiver of item ${item.number}`}
            confirm="Revoke waiver"
            effects="The item is open again at once, and the gates with it."
            onConfirm={(why) => revoke.mutateAsync({ waiverId: waiver.id, why })}
          />
        </div>
      )}
    </div>
  );
}

function Approve({ waiver, grants }: { waiver: WaiverView; grants: boolean }) {
  const trpc = useTRPC();
  const factor = useStepUp('waiver.approve', waiver.contentHash);
  const approve = useMutation(trpc.checklist.approveWaiver.mutationOptions());
  const send = async () => {
    const stepUp = await factor.obtain();
    if (!stepUp) return;
    approve.mutate({ waiverId: waiver.id, contentHash: waiver.contentHash, stepUp });
  };
  return (
    <form
      className="grid gap-3 pt-1"
      aria-label="Approve the waiver"
      onSubmit={(event) => {
        event.preventDefault();
        if (factor.ready) void send();
      }}
    >
      <p className="text-xs text-ink-2">
        {grants
          ? 'Your approval puts it in force: the item stops blocking until the date above.'
          : 'It takes one more person after you.'}
      </p>
      <SecondFactorField {...factor.field} />
      <FormStatus pending={approve.isPending} error={approve.error && wordsOf(approve.error)} />
      <div>
        <Button
          type="submit"
          variant="primary"
          sending={approve.isPending}
          blocked={factor.ready ? undefined : 'Give your second factor first.'}
        >
          Approve waiver
        </Button>
      </div>
    </form>
  );
}

type Values = { reason: string; expiresAt: string };

function Propose({ item, onDone }: { item: ItemView; onDone: () => void }) {
  const trpc = useTRPC();
  const propose = useMutation(trpc.checklist.proposeWaiver.mutationOptions());
  const form = useForm<Values>({ defaultValues: { reason: '', expiresAt: '' } });
  const { errors } = form.formState;
  const { submit, pending, refusal } = useSubmit(form, ({ reason, expiresAt }) => {
    if (!expiresAt) return form.setError('expiresAt', { message: 'Choose the day on which it ends.' });
    // Until the end of that day, so that the day named is still covered.
    return propose.mutateAsync({ itemId: item.id, reason, expiresAt: new Date(`${expiresAt}T23:59:59Z`) }).then(onDone);
  });
  return (
    <form onSubmit={submit} className="grid gap-3" noValidate aria-label="Propose a waiver">
      <Field label="Why this launch may go on without it" error={errors.reason?.message}>
        <Textarea {...form.register('reason')} />
      </Field>
      <Field
        label="Ends on"
        hint="At most 90 days. When it ends, the item is open again."
        error={errors.expiresAt?.message}
      >
        <Input type="date" {...form.register('expiresAt')} />
      </Field>
      <p className="text-xs text-ink-3">
        {item.isCritical ? 'Critical: a Risk officer and a Manager approve it, two people.' : 'A Manager approves it.'}{' '}
        Never the proposer.
      </p>
      <FormStatus pending={pending} error={refusal} />
      <div className="flex gap-2">
        <Button type="submit" variant="primary" sending={pending}>
          Propose waiver
        </Button>
        <Button onClick={onDone}>Cancel</Button>
      </div>
    </form>
  );
}
