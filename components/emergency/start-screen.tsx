'use client';
import { useSuspenseQuery } from '@tanstack/react-query';
import { useRouter } from 'next/navigation';
import { useState } from 'react';
import type { ScopeChoice } from '@/server/emergency/view';
import { type Action, leaveFor } from '@/server/identity/permissions';
import { useMe } from '../shell/me';
import { usePortfolio } from '../shell/portfolio';
import { useTRPC } from '../trpc';
import { Checkbox, Field, Fieldset, Textarea } from '../ui/field';
import { HoldButton } from '../ui/hold-button';
import { Note } from '../ui/note';
import { MainAndSide } from '../ui/page';
import { Seg } from '../ui/seg';
import { ScopeCards, scopeKey } from './scope-cards';
import { SeverityCards } from './severity-cards';
import { startedWords, useStart } from './use-start';
import { AfterIt, ToldList, WhatHappens } from './what-happens';

export type Prefill = { scope: string | null; id: string | null; reason: string };

function initialScope(scopes: ScopeChoice[], prefill: Prefill): string {
  const wanted = scopes.find(
    (choice) =>
      choice.kind === prefill.scope && (!prefill.id || prefill.id === (choice.strategyId ?? choice.portfolioId)),
  );
  const portfolio = scopes.find((choice) => choice.kind === 'portfolio');
  return scopeKey(wanted ?? portfolio ?? scopes[0]!);
}

/** Scope, severity, reason, and one hold. What was alerted comes filled in. */
export function StartScreen({ portfolioId, prefill }: { portfolioId: string; prefill: Prefill }) {
  const trpc = useTRPC();
  const router = useRouter();
  const me = useMe();
  const currency = usePortfolio()?.baseCurrency ?? '';
  const { data } = useSuspenseQuery(trpc.emergency.form.queryOptions({ portfolioId }));
  const [kind, setKind] = useState<'real' | 'drill'>('real');
  const [scope, setScope] = useState(() => initialScope(data.scopes, prefill));
  const [severity, setSeverity] = useState<'high' | 'critical'>('high');
  const [reason, setReason] = useState(prefill.reason);
  const [keepStops, setKeepStops] = useState(false);
  const { start, started, refusal } = useStart();
  const isDrill = kind === 'drill';
  const choice = data.scopes.find((candidate) => scopeKey(candidate) === scope) ?? data.scopes[0]!;
  const action: Action = isDrill
    ? 'incident.open'
    : severity === 'critical'
      ? 'emergency.start-critical'
      : 'emergency.start-high';
  const may = leaveFor(me.grants, action, choice.portfolioId, choice.ownerId === me.id);
  const blocked = may
    ? undefined
    : `Your role may not start ${isDrill ? 'a drill' : `a ${severity} emergency`} here.${severity === 'critical' ? ' High you may be able to.' : ''}`;
  const verb = severity === 'critical' ? 'stop and flatten' : 'stop';

  const hold = async () => {
    const answer = await start({
      scope: choice.kind,
      portfolioId: choice.portfolioId,
      strategyId: choice.strategyId,
      severity,
      // Two presses from anywhere must do: a reason helps, its absence never stops a stop.
      reason: reason.trim().length < 3 ? 'No reason was given at the press.' : reason.trim(),
      isDrill,
      keepReduceOnlyStops: keepStops,
    });
    if (answer.isRecorded) router.push(`/emergency/${answer.emergencyId}`);
  };

  return (
    <MainAndSide
      sideWidth={504}
      sideLast
      main={
        <section className="bg-surface px-6 pt-4 pb-6 phone:px-4">
          <div className="mb-3.5 flex flex-wrap items-center justify-between gap-2">
            <h1 className="text-xl font-semibold tracking-[-0.015em]">
              {isDrill ? 'Start a drill' : 'Start an emergency'}
            </h1>
            <Seg
              label="For real or as a drill"
              options={[
                { value: 'real', label: 'For real' },
                { value: 'drill', label: 'Drill' },
              ]}
              value={kind}
              onChange={setKind}
            />
          </div>
          <div className="grid gap-5">
            {isDrill && (
              <Note tone="run" title="Drill: the same steps at drill targets">
                Nothing real is stopped, nothing is halted.{' '}
                {choice.drillTargets.length === 0 &&
                  'No drill target is registered in this scope; register one in Settings, Engines.'}
              </Note>
            )}
            <ScopeCards scopes={data.scopes} value={scope} onChange={setScope} currency={currency} />
            <Fieldset legend="2 · Severity">
              <div className="grid gap-2 md:grid-cols-2">
                <SeverityCards value={severity} onChange={setSeverity} />
              </div>
              <Checkbox checked={keepStops} onChange={(event) => setKeepStops(event.target.checked)}>
                Keep reduce-only protective stops working
              </Checkbox>
            </Fieldset>
            <Field label="3 · Reason" optional hint="Read by everybody who is told.">
              <Textarea value={reason} maxLength={500} onChange={(event) => setReason(event.target.value)} />
            </Field>
            <div
              data-covers-bottom-bar
              className="grid gap-2 phone:sticky phone:bottom-0 phone:z-10 phone:-mx-4 phone:border-t phone:border-line phone:bg-surface phone:px-4 phone:pt-3 phone:pb-[max(12px,env(safe-area-inset-bottom))]"
            >
              {refusal && (
                <Note tone="crit" role="alert" title="Not started">
                  {refusal}
                </Note>
              )}
              <HoldButton
                drill={isDrill}
                blocked={blocked}
                onHeld={hold}
                effect={`${choice.name} · hold 1.5 s, let go to cancel`}
                outcome={started ? startedWords(started) : undefined}
              >
                {isDrill ? `DRILL: hold to ${verb}` : `Hold to ${verb}`} {choice.name}
              </HoldButton>
              <p className="text-xs text-ink-3 phone:hidden">
                Hold 1.5 s with the pointer, Space or Enter. Letting go cancels.
              </p>
            </div>
          </div>
        </section>
      }
      side={
        <>
          <WhatHappens choice={choice} severity={severity} isDrill={isDrill} keepStops={keepStops} />
          <ToldList told={data.told} />
          <AfterIt name={choice.name} isDrill={isDrill} />
        </>
      }
    />
  );
}
