'use client';
import { useMutation } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import type { EmergencyView } from '@/server/emergency/view';
import { FormStatus } from '../forms/form-status';
import { wordsOf } from '../forms/server-error';
import { useStepUp } from '../forms/step-up';
import { useTRPC } from '../trpc';
import { Button } from '../ui/button';
import { Panel, Statement } from '../ui/dialog';
import { Checkbox, Fieldset } from '../ui/field';
import { Note } from '../ui/note';
import { SecondFactorField } from '../ui/second-factor-field';
import { Status } from '../ui/status';
import { toast } from '../ui/toast';

/** One person's signed leave to resume: every line attested, with a second factor for exactly what stands here. */
export function ResumePanel({ view, onClose }: { view: EmergencyView; onClose: () => void }) {
  const trpc = useTRPC();
  const { contentHash, checklist, approvals, refusal, stillNeeded } = view.resume;
  const [checked, setChecked] = useState<string[]>([]);
  const [error, setError] = useState<string | null>(null);
  const factor = useStepUp('emergency.resume', contentHash);
  const resume = useMutation(trpc.emergency.resume.mutationOptions());
  const { reset } = factor;
  // biome-ignore lint/correctness/useExhaustiveDependencies: the factor was given for the content that this hash names.
  useEffect(() => reset(), [contentHash]);
  const isWhole = checked.length === checklist.length;
  const blocked =
    refusal ?? (!isWhole ? 'Attest each line first.' : factor.ready ? undefined : 'Give your second factor first.');
  const sign = async () => {
    setError(null);
    const stepUp = await factor.obtain();
    if (!stepUp) return;
    await resume
      .mutateAsync({ emergencyId: view.id, checked, stepUp })
      .then((verdict) => {
        toast(verdict.kind === 'may' ? `${view.number}: trading resumes.` : verdict.text);
        onClose();
      })
      .catch((failure) => setError(wordsOf(failure)));
  };
  return (
    <Panel
      open
      onOpenChange={(open) => !open && onClose()}
      title={`${view.isDrill ? 'End drill' : 'Resume'} ${view.number}`}
      description={`${view.scopeName} · ${view.severity} · ${view.state}`}
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button variant="primary" onClick={sign} sending={resume.isPending} blocked={blocked}>
            {view.isDrill ? 'Sign to end the drill' : 'Sign to resume trading'}
          </Button>
        </>
      }
    >
      <div className="grid gap-4">
        <Statement>
          {view.isDrill
            ? 'The drill targets are opened again. Nothing else changes.'
            : `Lifts the halt that ${view.number} put on ${view.scopeName} and tells its systems to open. Other restrictions stay. No position is reopened, no order is sent again.`}
        </Statement>
        {view.state === 'partial' && (
          <Note tone="crit" title="Not everything was verified">
            Look at the systems that are open on the page behind this before you attest the second line.
          </Note>
        )}
        {refusal && (
          <Note tone="off" title="You cannot sign this">
            {refusal}
          </Note>
        )}
        <Fieldset legend="Checklist, by each of the two">
          {checklist.map(({ key, statement, by }) => (
            <Checkbox
              key={key}
              checked={checked.includes(key)}
              onChange={(event) =>
                setChecked(event.target.checked ? [...checked, key] : checked.filter((held) => held !== key))
              }
            >
              {statement}
              {by && <span className="block text-xs text-ink-3">attested by {by}</span>}
            </Checkbox>
          ))}
        </Fieldset>
        <div>
          <div className="mb-1 text-xs font-medium text-ink-2">Signed</div>
          {approvals.length === 0 && <p className="text-ink-2">Nobody yet.</p>}
          {approvals.map((approval) => (
            <div key={approval.name}>
              <Status kind={approval.counts ? 'signed' : 'voided'} detail={approval.role}>
                {approval.name}
              </Status>
            </div>
          ))}
          {stillNeeded && <p className="mt-1 text-xs text-ink-2">{stillNeeded}</p>}
        </div>
        <SecondFactorField {...factor.field} />
        <FormStatus pending={resume.isPending} error={error ?? undefined} />
      </div>
    </Panel>
  );
}
