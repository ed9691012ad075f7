'use client';
import type { EmergencyView, StepView } from '@/server/emergency/view';
import { pageNow, useNow } from '../ui/clock';
import { cx } from '../ui/cx';
import { Status } from '../ui/status';
import { StepCell } from '../ui/step-cell';
import { TableFrame } from '../ui/table';
import { cellDetail, cellState } from './words';

const TITLE: Record<string, string> = {
  stop_order_acceptance: 'Stop order acceptance',
  cancel_orders: 'Cancel pending orders',
  close_positions: 'Close all positions',
  system_lockdown: 'System lockdown',
};

type Row = { ordinal: number; action: string; timeoutMs: number; cells: StepView[] };

function rowsOf(steps: StepView[]): Row[] {
  const actions = [...new Map(steps.map((step) => [step.action, step])).values()].sort((a, b) => a.ordinal - b.ordinal);
  return actions.map(({ ordinal, action, timeoutMs }) => ({
    ordinal,
    action,
    timeoutMs,
    cells: steps.filter((step) => step.action === action),
  }));
}

function Summary({ row }: { row: Row }) {
  const verified = row.cells.filter((cell) => cell.state === 'verified').length;
  const open = row.cells.filter((cell) => cell.state === 'unknown' || cell.state === 'failed').length;
  if (verified === row.cells.length)
    return (
      <Status kind="verified">
        Verified, {verified} of {verified}
      </Status>
    );
  if (open > 0)
    return (
      <Status kind="critical">
        {open} of {row.cells.length} open
      </Status>
    );
  if (row.cells.every((cell) => cell.state === 'pending'))
    return <Status kind="not-started">{row.ordinal > 1 ? `After step ${row.ordinal - 1}` : 'Not started'}</Status>;
  return (
    <Status kind="running">
      Running, {verified} of {row.cells.length}
    </Status>
  );
}

/** Steps by systems: each cell its state, since when, what is left, and the time it has. One list per step on a phone. */
export function StepMatrix({ view }: { view: EmergencyView }) {
  const now = useNow();
  const sinceReadMs = Math.max(0, (now || pageNow()) - view.now.getTime());
  const rows = rowsOf(view.steps);
  const cell = (step: StepView) => (
    <StepCell
      state={cellState(step)}
      detail={cellDetail(step, sinceReadMs)}
      ring={
        step.leftMs === null ? undefined : { leftMs: Math.max(0, step.leftMs - sinceReadMs), timeoutMs: step.timeoutMs }
      }
    />
  );
  return (
    <>
      <div className="phone:hidden">
        <TableFrame label="Steps and systems">
          <thead>
            <tr className="border-t border-line">
              <th scope="col" className="px-4 py-2 text-left">
                <span className="sr-only">Step</span>
              </th>
              {view.engines.map((engine) => (
                <th
                  key={engine.id}
                  scope="col"
                  className="border-l border-line px-3 py-2 text-left font-normal text-ink-2"
                >
                  {engine.name}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.map((row) => (
              <tr key={row.action} className="border-t border-line align-top">
                <th scope="row" className="min-w-48 px-4 py-2 text-left font-normal">
                  <span className="block text-xs text-ink-3">
                    Step {row.ordinal} · timeout {row.timeoutMs / 1000} s
                  </span>
                  <span className="block font-semibold">{TITLE[row.action] ?? row.action}</span>
                  <Summary row={row} />
                </th>
                {view.engines.map((engine) => {
                  const step = row.cells.find((candidate) => candidate.engineId === engine.id);
                  return (
                    <td key={engine.id} className="h-px min-w-40 border-l border-line p-0">
                      {step ? cell(step) : <StepCell state="not-in-step" />}
                    </td>
                  );
                })}
              </tr>
            ))}
          </tbody>
        </TableFrame>
      </div>
      <div className="md:hidden">
        {rows.map((row) => (
          <section key={row.action} aria-label={TITLE[row.action]}>
            <div className="flex justify-between border-t border-line bg-canvas px-4 py-1.5 text-xs">
              <span className="font-semibold">
                {row.ordinal} · {TITLE[row.action]}
              </span>
              <span className="text-ink-3">timeout {row.timeoutMs / 1000} s</span>
            </div>
            {row.cells.map((step) => (
              <div key={step.id} className={cx('border-t border-line')}>
                <div className="px-4 pt-2 font-medium">{step.engineName}</div>
                {cell(step)}
              </div>
            ))}
          </section>
        ))}
      </div>
    </>
  );
}
