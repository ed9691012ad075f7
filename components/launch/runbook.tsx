'use client';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import type { LaunchPage, PhaseView, StepView } from '@/server/launch/view';
import { wordsOf } from '../forms/server-error';
import { useTRPC } from '../trpc';
import { Button } from '../ui/button';
import { formatDuration } from '../ui/format';
import { Note } from '../ui/note';
import { Region } from '../ui/page';
import { Status, type StatusKind, Tag } from '../ui/status';
import { Time } from '../ui/time';
import { RecordPanel } from './record-panel';
import { StepPanel } from './step-panel';
import { useLaunch } from './use-launch';

const PHASE: Record<PhaseView['state'], { kind: StatusKind; word: string }> = {
  blocked: { kind: 'blocked', word: 'Blocked' },
  ready: { kind: 'open', word: 'Ready' },
  running: { kind: 'running', word: 'Running' },
  'awaiting-approval': { kind: 'awaiting', word: 'Awaits approval' },
  passed: { kind: 'passed', word: 'Passed' },
  failed: { kind: 'failed', word: 'Failed' },
  'rolled-back': { kind: 'rolled-back', word: 'Rolled back' },
};
const STEP: Record<StepView['state'], { kind: StatusKind; word: string }> = {
  'not-run': { kind: 'not-started', word: 'Not run' },
  done: { kind: 'passed', word: 'Done' },
  failed: { kind: 'failed', word: 'Failed' },
  'rolled-back': { kind: 'rolled-back', word: 'Rolled back' },
};

/** The runbook, phase by phase: the command, what came of it, and the form that records it. */
export function Runbook({ launchId }: { launchId: string }) {
  const launch = useLaunch(launchId);
  return launch.phases.map((phase) => <Phase key={phase.phase} launch={launch} phase={phase} />);
}

function Phase({ launch, phase }: { launch: LaunchPage; phase: PhaseView }) {
  const trpc = useTRPC();
  const start = useMutation(trpc.launches.startPhase.mutationOptions());
  const steps = launch.steps.filter((step) => step.phase === phase.phase);
  const done = steps.filter((step) => step.state === 'done').length;
  const { kind, word } = PHASE[phase.state];
  const isOver = phase.state === 'passed';
  const mayStart = launch.may.promote && ['ready', 'failed', 'rolled-back'].includes(phase.state);
  const [isOpen, setOpen] = useState(!isOver && phase.state !== 'blocked');
  return (
    <Region
      title={`Phase ${phase.phase} ${phase.name}`}
      tags={<Tag kind={kind}>{word}</Tag>}
      flush
      end={
        <>
          <span>
            {done} of {steps.length} steps done
          </span>
          {mayStart && (
            <Button
              size="sm"
              sending={start.isPending}
              onClick={() => start.mutate({ launchId: launch.id, phase: phase.phase })}
            >
              {phase.state === 'ready' ? 'Start phase' : 'Start again'}
            </Button>
          )}
          {launch.may.edit && !isOver && <StepPanel launch={launch} phase={phase.phase} />}
          <Button size="sm" variant="quiet" aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>
            {isOpen ? 'Fold' : 'Show steps'}
          </Button>
        </>
      }
    >
      {start.error && (
        <div className="px-4 pb-2">
          <Note tone="high" role="alert" title={wordsOf(start.error)} />
        </div>
      )}
      {isOpen && (
        <ol aria-label={`Steps of phase ${phase.phase}`}>
          {steps.map((step) => (
            <Step key={step.id} launch={launch} phase={phase} step={step} />
          ))}
        </ol>
      )}
    </Region>
  );
}

function Step({ launch, phase, step }: { launch: LaunchPage; phase: PhaseView; step: StepView }) {
  const { kind, word } = STEP[step.state];
  const last = step.runs.at(-1);
  const mayRecord = launch.may.record && phase.state !== 'blocked' && phase.state !== 'passed';
  return (
    <li
      id={`step-${step.id}`}
      className="grid grid-cols-[minmax(0,1fr)_auto] gap-x-3 gap-y-1 border-t border-line px-4 py-2 target:bg-raised"
    >
      <div className="min-w-0">
        <div className="flex flex-wrap items-baseline gap-x-3">
          <span className="font-medium">{step.title}</span>
          <Status
            kind={kind}
            size="sm"
            detail={
              last && (
                <>
                  exit {last.exitCode} in {formatDuration(last.durationMs)} · {last.recordedByName} ·{' '}
                  <Time at={last.recordedAt} />
                </>
              )
            }
          >
            {word}
          </Status>
        </div>
        <code className="mono mt-0.5 block whitespace-pre-wrap wrap-anywhere text-ink-2">{step.command}</code>
        {step.rollbackCommand && (
          <code className="mono block whitespace-pre-wrap wrap-anywhere text-ink-3">
            <span className="font-sans text-2xs">rollback </span>
            {step.rollbackCommand}
          </code>
        )}
      </div>
      <div className="flex flex-wrap items-start justify-end gap-2">
        {mayRecord && <RecordPanel step={step} kind="run" />}
        {mayRecord && step.runs.length > 0 && step.state !== 'rolled-back' && (
          <RecordPanel step={step} kind="rollback" />
        )}
        {launch.may.edit && phase.state !== 'passed' && <StepPanel launch={launch} phase={phase.phase} step={step} />}
      </div>
      {step.runs.length > 0 && (
        <details className="col-span-2">
          <summary className="w-fit text-xs text-ink-3 phone:min-h-11">
            {step.runs.length} {step.runs.length === 1 ? 'recorded run' : 'recorded runs'}
          </summary>
          <ul className="mt-1 grid gap-2">
            {[...step.runs].reverse().map((run) => (
              <li key={run.id} className="min-w-0">
                <div className="text-xs text-ink-2">
                  {run.kind === 'rollback' ? 'Rollback, ' : ''}exit {run.exitCode} in {formatDuration(run.durationMs)}{' '}
                  by {run.recordedByName}, <Time at={run.recordedAt} withDate />
                  {run.command !== step.command && <code className="mono block text-ink-3">{run.command}</code>}
                </div>
                {run.output ? (
                  <pre className="mono mt-0.5 max-h-60 overflow-auto border border-line bg-canvas p-2">
                    {run.output}
                  </pre>
                ) : (
                  <p className="text-xs text-ink-3">No output was recorded.</p>
                )}
              </li>
            ))}
          </ul>
        </details>
      )}
    </li>
  );
}
