'use client';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import type { BaselineView, LaunchBaselines } from '@/server/reports/view';
import { wordsOf } from '../forms/server-error';
import { useStepUp } from '../forms/step-up';
import { useTRPC } from '../trpc';
import { Button } from '../ui/button';
import { Statement } from '../ui/dialog';
import { Field, Textarea } from '../ui/field';
import { Note } from '../ui/note';
import { SecondFactorField } from '../ui/second-factor-field';

/** Approve with a second factor over exactly this content, or reject with a reason. */
export function BaselineDecision({ baseline, may }: { baseline: BaselineView; may: LaunchBaselines['may'] }) {
  const trpc = useTRPC();
  const approve = useMutation(trpc.reports.approveBaseline.mutationOptions());
  const reject = useMutation(trpc.reports.rejectBaseline.mutationOptions());
  const factor = useStepUp('baseline.approve', baseline.contentHash);
  const [reason, setReason] = useState('');
  const failure = approve.error ?? reject.error;
  const sign = async () => {
    const stepUp = await factor.obtain();
    if (stepUp) await approve.mutateAsync({ id: baseline.id, stepUp }).catch(() => {});
  };
  return (
    <div className="grid gap-3 border-t border-line pt-3">
      <p className="text-xs text-ink-3">
        {baseline.approvals.length} of 2 approvals. Two people approve it, never the one who proposed it.
      </p>
      {failure && <Note tone="high" role="alert" title={wordsOf(failure)} />}
      {baseline.blocked ? (
        <Note tone="off" title={baseline.blocked} />
      ) : (
        <>
          <Statement>
            These {baseline.lines.length} metrics describe the normal state of this release, and reports may be measured
            against them.
          </Statement>
          <SecondFactorField {...factor.field} />
          <div>
            <Button
              variant="primary"
              sending={approve.isPending}
              blocked={factor.ready ? undefined : 'Give your second factor first.'}
              onClick={() => void sign()}
            >
              Approve b-{baseline.version}
            </Button>
          </div>
        </>
      )}
      {may.reject && (
        <details>
          <summary className="cursor-pointer text-ink-2 phone:min-h-11">Reject it instead</summary>
          <div className="mt-2 grid gap-2">
            <Field label="Why">
              <Textarea rows={2} value={reason} onChange={(event) => setReason(event.target.value)} />
            </Field>
            <div>
              <Button
                sending={reject.isPending}
                blocked={reason.trim().length < 3 ? 'Say why first.' : undefined}
                onClick={() => reject.mutate({ id: baseline.id, reason })}
              >
                Reject b-{baseline.version}
              </Button>
            </div>
          </div>
        </details>
      )}
    </div>
  );
}
