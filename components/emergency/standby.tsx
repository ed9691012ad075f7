'use client';
import { useState } from 'react';
import type { Standby as StandbyFacts, StandbyScope } from '@/server/emergency/standby-actions';
import { leaveFor } from '@/server/identity/permissions';
import { AuthFrame } from '../auth/auth-frame';
import { ButtonLink } from '../ui/button';
import { Field, Fieldset, Select, Textarea } from '../ui/field';
import { HoldButton } from '../ui/hold-button';
import { Note } from '../ui/note';
import { TextLink } from '../ui/page';
import { SeverityCards } from './severity-cards';
import { startedWords, useStart } from './use-start';

const WORD = { portfolio: 'Portfolio', strategy: 'Strategy', firm: '' } as const;
const keyOf = ({ kind, portfolioId, strategyId }: StandbyScope) => `${kind}:${strategyId ?? portfolioId ?? ''}`;

/** Scope, severity, reason and one hold, from what the server knows without its database. */
export function Standby({ standby }: { standby: StandbyFacts }) {
  return (
    <AuthFrame wide title="Start an emergency" sub={standby.kind === 'ready' ? `As ${standby.name}.` : undefined}>
      {standby.kind === 'ready' ? <Press {...standby} /> : <Refused {...standby} />}
    </AuthFrame>
  );
}

function Refused({ code, why }: { code: string; why: string }) {
  return (
    <div className="grid gap-4">
      <Note tone="crit" role="alert" title="Nothing can be started from here">
        {why} On the server, <span className="mono">npm run kill</span> stops the engines and needs neither a session
        nor the database.
      </Note>
      {code === 'UNAUTHENTICATED' && (
        <div>
          <ButtonLink href="/login?from=/emergency/start" variant="primary">
            Sign in
          </ButtonLink>
        </div>
      )}
    </div>
  );
}

function Press({ scopes, grants, personId, isDatabaseDown }: Extract<StandbyFacts, { kind: 'ready' }>) {
  const [scopeKey, setScope] = useState(scopes[0] ? keyOf(scopes[0]) : '');
  const [severity, setSeverity] = useState<'high' | 'critical'>('high');
  const [reason, setReason] = useState('');
  const { start, started, refusal } = useStart();
  const scope = scopes.find((one) => keyOf(one) === scopeKey);
  if (!scope) {
    return (
      <Note tone="off" title="There is nothing here that you could stop.">
        You hold no role in a portfolio.
      </Note>
    );
  }
  const action = severity === 'critical' ? 'emergency.start-critical' : 'emergency.start-high';
  const may = leaveFor(grants, action, scope.portfolioId, scope.ownerId === personId);
  const hold = () =>
    start({
      scope: scope.kind,
      portfolioId: scope.portfolioId,
      strategyId: scope.strategyId,
      severity,
      reason: reason.trim().length < 3 ? 'No reason was given at the press.' : reason.trim(),
      isDrill: false,
      keepReduceOnlyStops: false,
    });
  return (
    <div className="grid gap-5">
      {isDatabaseDown ? (
        <Note tone="warn" title="The database does not answer">
          What can be stopped is listed from the local copy. The press works: engines are told at once, and it is
          recorded when the database is back.
        </Note>
      ) : (
        <p className="text-ink-2">
          The whole form, with what stands at each scope, is on{' '}
          <TextLink href="/emergency" className="underline">
            Emergency
          </TextLink>
          .
        </p>
      )}
      <Field label="1 · Scope">
        <Select value={scopeKey} onChange={(event) => setScope(event.target.value)}>
          {scopes.map((one) => (
            <option key={keyOf(one)} value={keyOf(one)}>
              {[WORD[one.kind], one.name].filter(Boolean).join(': ')}
            </option>
          ))}
        </Select>
      </Field>
      <Fieldset legend="2 · Severity">
        <div className="grid gap-2">
          <SeverityCards value={severity} onChange={setSeverity} />
        </div>
      </Fieldset>
      <Field label="3 · Reason" optional hint="Read by everybody who is told.">
        <Textarea value={reason} maxLength={500} onChange={(event) => setReason(event.target.value)} />
      </Field>
      {refusal && (
        <Note tone="crit" role="alert" title="Not started">
          {refusal}
        </Note>
      )}
      <HoldButton
        onHeld={hold}
        blocked={may ? undefined : `Your role may not start a ${severity} emergency here.`}
        effect={`${scope.name} · hold 1.5 s, let go to cancel`}
        outcome={started ? startedWords(started) : undefined}
      >
        {severity === 'critical' ? 'Hold to stop and flatten' : 'Hold to stop'} {scope.name}
      </HoldButton>
      {started && (
        <p>
          <TextLink href={`/emergency/${started.emergencyId}`}>
            {started.number ? `Open ${started.number}` : 'Its page, once it is recorded'}
          </TextLink>
        </p>
      )}
    </div>
  );
}
