import type { EmergencyForm, ScopeChoice } from '@/server/emergency/view';
import { countOf, formatCount } from '../engines/count-text';
import { cx } from '../ui/cx';
import { Glyph } from '../ui/glyph';
import { Region } from '../ui/page';

type Severity = 'high' | 'critical';

/** What each step does at this scope: systems, amounts, timeout, and whether this severity takes it. */
export function WhatHappens({
  choice,
  severity,
  isDrill,
  keepStops,
}: {
  choice: ScopeChoice;
  severity: Severity;
  isDrill: boolean;
  keepStops: boolean;
}) {
  const { workingOrders, protectiveStops, positions } = choice.counts;
  const amount: Record<string, string> = {
    cancel_orders: keepStops
      ? `${countOf(workingOrders - protectiveStops, 'order')}, ${countOf(protectiveStops, 'protective stop')} ${protectiveStops === 1 ? 'stays' : 'stay'}`
      : `${countOf(workingOrders, 'order')}, ${formatCount(protectiveStops)} of them protective`,
    close_positions: countOf(positions, 'position'),
  };
  return (
    <Region title="What will happen" flush>
      <ol aria-label="Steps">
        {choice.steps.map((step) => {
          const runs = severity === 'critical' || !step.onlyCritical;
          const systems = isDrill ? choice.drillTargets : step.systems;
          return (
            <li
              key={step.action}
              className={cx('flex items-start gap-3 border-t border-line px-4 py-2', !runs && 'text-ink-3')}
            >
              <span className="w-3 flex-none text-ink-3">{step.ordinal}</span>
              <span className="min-w-0 flex-1">
                <span className="block font-medium">{step.title}</span>
                <span className="block text-xs text-ink-2">
                  {systems.length > 0 ? systems.join(' · ') : 'no system has this role'}
                  {!isDrill && amount[step.action] ? `: ${amount[step.action]}` : ''}
                </span>
              </span>
              <span className="text-xs text-ink-3">{step.timeoutMs / 1000} s</span>
              <span className="flex w-16 items-center justify-end gap-1 text-xs">
                {runs ? (
                  <>
                    <Glyph name="ok" className="text-ink-2" /> yes
                  </>
                ) : (
                  'no'
                )}
              </span>
            </li>
          );
        })}
      </ol>
      <p className="border-t border-line px-4 py-2.5 text-xs text-ink-2">
        A step that gets no answer becomes unknown, is asked again with the same key, and holds up nothing else. Done
        means verified: no working orders{severity === 'critical' ? ' and flat' : ''}, as the engine reports.
        {severity === 'high' &&
          protectiveStops > 0 &&
          !keepStops &&
          ` ${countOf(protectiveStops, 'position')} ${protectiveStops === 1 ? 'is' : 'are'} then without a protective stop.`}
      </p>
    </Region>
  );
}

export function ToldList({ told }: { told: EmergencyForm['told'] }) {
  return (
    <Region title="Told at the start, at each step and at the end" flush>
      <dl>
        {told.map(({ level, channels }) => (
          <div key={level} className="flex gap-3 border-t border-line px-4 py-2">
            <dt className="w-32 flex-none font-medium">{level}</dt>
            <dd className="min-w-0 text-ink-2">{channels.length > 0 ? channels.join(', ') : 'no channel is set up'}</dd>
          </div>
        ))}
      </dl>
    </Region>
  );
}

export function AfterIt({ name, isDrill }: { name: string; isDrill: boolean }) {
  return (
    <Region title="After it">
      <p className="max-w-[74ch] text-ink-2">
        {isDrill
          ? 'Nothing is halted. The drill is recorded as evidence, and two people end it with the checklist, as they would for real.'
          : `Trading stays HALTED for ${name} until two people resume it with a checklist. Launches in this scope are held. If an emergency is already open in this scope, your press joins it.`}
      </p>
      <p className="mt-2 text-xs text-ink-3">
        You may start this alone. It works without the database: a local journal is reconciled later.
      </p>
    </Region>
  );
}
