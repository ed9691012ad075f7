'use client';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import type { BacktestDetail } from '@/server/evidence/backtest';
import { APPROVE_EXPECTATION } from '@/server/evidence/expectation';
import { leaveFor } from '@/server/identity/permissions';
import { FormStatus } from '../forms/form-status';
import { wordsOf } from '../forms/server-error';
import { useStepUp } from '../forms/step-up';
import { useMe } from '../shell/me';
import { useTRPC } from '../trpc';
import { Button } from '../ui/button';
import { Field, Textarea } from '../ui/field';
import { SecondFactorField } from '../ui/second-factor-field';
import { Status } from '../ui/status';
import { Time } from '../ui/time';
import { STANDING } from './words';

const MEANING: Record<BacktestDetail['standing'], string> = {
  evidence: 'Shown as evidence. The release is not measured against it until it is proposed and approved.',
  proposed:
    'Proposed as the expectation of the release. Two people of Risk officer and Manager approve it, and never its importer.',
  rejected: 'Rejected as the expectation. It stays as evidence and can be proposed again.',
  expectation:
    'What the release is measured against: its edge for sizing, its worst drawdown and its cone after launch.',
  retired: 'Was the expectation until another was approved.',
};

/** Where the backtest stands, who approved it, and the one thing this person may do about it. */
export function ExpectationPanel({ backtest, portfolioId }: { backtest: BacktestDetail; portfolioId: string }) {
  const me = useMe();
  const leave = leaveFor(me.grants, 'baseline.approve', portfolioId);
  const { kind, word } = STANDING[backtest.standing];
  const isImporter = backtest.importedBy === `person:${me.id}`;
  const hasApproved = backtest.approvals.some((approval) => approval.personId === me.id);
  const mayDecide = backtest.standing === 'proposed' && leave === 'one-of-two';
  return (
    <div className="grid gap-3">
      <Status kind={kind}>{word}</Status>
      <p className="text-ink-2">{MEANING[backtest.standing]}</p>
      {backtest.rejectionReason && backtest.standing === 'rejected' && (
        <p className="wrap-anywhere">"{backtest.rejectionReason}"</p>
      )}
      {backtest.approvals.length > 0 && (
        <ul className="grid gap-1">
          {backtest.approvals.map((approval) => (
            <li key={approval.personId} className="flex flex-wrap gap-2">
              <Status kind={approval.isBound ? 'approved' : 'voided'}>{approval.name}</Status>
              <span className="text-ink-3">
                <Time at={approval.approvedAt} withDate />
              </span>
            </li>
          ))}
        </ul>
      )}
      {(backtest.standing === 'evidence' || backtest.standing === 'rejected') && leave && (
        <Propose backtestId={backtest.id} />
      )}
      {mayDecide && isImporter && (
        <p className="text-xs text-ink-3">You imported this file, so two others approve it.</p>
      )}
      {mayDecide && hasApproved && (
        <p className="text-xs text-ink-3">You have approved it; it needs a second person.</p>
      )}
      {mayDecide && !isImporter && !hasApproved && <Decide backtest={backtest} />}
    </div>
  );
}

function Propose({ backtestId }: { backtestId: string }) {
  const trpc = useTRPC();
  const propose = useMutation(trpc.evidence.propose.mutationOptions());
  return (
    <div className="grid gap-2">
      <FormStatus pending={propose.isPending} error={propose.error && wordsOf(propose.error)} />
      <div>
        <Button sending={propose.isPending} onClick={() => propose.mutate({ backtestId })}>
          Propose as expectation
        </Button>
      </div>
    </div>
  );
}

function Decide({ backtest }: { backtest: BacktestDetail }) {
  const trpc = useTRPC();
  const factor = useStepUp(APPROVE_EXPECTATION, backtest.digest);
  const approve = useMutation(trpc.evidence.approve.mutationOptions());
  const reject = useMutation(trpc.evidence.reject.mutationOptions());
  const [reason, setReason] = useState<string | null>(null);
  const refusal = approve.error ?? reject.error;
  if (reason !== null)
    return (
      <form
        className="grid gap-3"
        aria-label="Reject the backtest"
        onSubmit={(event) => {
          event.preventDefault();
          reject.mutate({ backtestId: backtest.id, reason });
        }}
      >
        <Field label="Why it is rejected" hint="Shown to who proposed it, and kept on the record.">
          <Textarea value={reason} onChange={(event) => setReason(event.target.value)} />
        </Field>
        <FormStatus pending={reject.isPending} error={refusal && wordsOf(refusal)} />
        <div className="flex flex-wrap gap-2">
          <Button
            type="submit"
            variant="primary"
            sending={reject.isPending}
            blocked={reason.trim().length < 3 ? 'Say why first.' : undefined}
          >
            Reject backtest
          </Button>
          <Button onClick={() => setReason(null)}>Back</Button>
        </div>
      </form>
    );
  return (
    <div className="grid gap-3">
      <p className="text-xs text-ink-2">
        You attest that you have looked at this backtest and that the release may be measured against it. Your signature
        binds to <span className="mono wrap-anywhere">{backtest.digest}</span>.
      </p>
      <SecondFactorField {...factor.field} />
      <FormStatus pending={approve.isPending} error={refusal && wordsOf(refusal)} />
      <div className="flex flex-wrap gap-2">
        <Button
          variant="primary"
          blocked={factor.ready ? undefined : 'Give your second factor first.'}
          sending={approve.isPending}
          onClick={async () => {
            const stepUp = await factor.obtain();
            if (stepUp) approve.mutate({ backtestId: backtest.id, stepUp });
          }}
        >
          Approve as expectation
        </Button>
        <Button onClick={() => setReason('')}>Reject…</Button>
      </div>
    </div>
  );
}
