import { describe, expect, test } from 'vitest';
import { approvalVerdict, refusalsOf, takeBaseline } from './baseline';
import { buildReport, inShort } from './report';
import { sameHours } from './series';
import { dueWindows, type ReportWindow, windowKey, windowsOf } from './windows';

const start = new Date('2026-11-20T15:00:00Z');
const hour = 3_600_000;
const window = (hours: 1 | 24 = 1): ReportWindow => ({
  stayId: 's',
  tranche: 10,
  hours,
  start,
  end: new Date(start.getTime() + hours * hour),
  leftAt: null,
});
/** A minute series from an instant, its values around a level. */
function minutes(from: Date, count: number, level: number, noise = 0.02) {
  const first = from.getTime() / 60_000;
  return {
    minutes: Array.from({ length: count }, (_, i) => first + i),
    values: Array.from({ length: count }, (_, i) => level * (1 + noise * Math.sin(i * 2.4))),
    samples: count * 10,
  };
}
const before = new Date(start.getTime() - 24 * hour);
const baselineOf = (measured: Record<string, ReturnType<typeof minutes>>, headroom: string[] = []) =>
  takeBaseline({ takenIn: 'staging', from: before, to: start, measured, headroom, expectation: { kind: 'none' } });
const report = (baseline: ReturnType<typeof baselineOf> | null, measured: Record<string, ReturnType<typeof minutes>>) =>
  buildReport({ window: window(), timeZone: 'America/New_York', baseline, measured });

describe('a report is always issued', () => {
  const steady = { cpu: minutes(before, 1440, 0.4), throughput: minutes(before, 1440, 120) };

  test('all clear when nothing deviates', () => {
    const result = report(baselineOf(steady), { cpu: minutes(start, 60, 0.41), throughput: minutes(start, 60, 118) });
    expect(result).toMatchObject({ status: 'all-clear', findings: [], isComplete: true });
    expect(inShort(result)).toContain('All 2 metrics are within');
  });

  test('unknown, with its reason as a finding, when no baseline is approved', () => {
    const result = report(null, { cpu: minutes(start, 60, 0.41) });
    expect(result.status).toBe('unknown');
    expect(result.findings[0]!.sentence).toContain('No baseline is approved');
    expect(result.comparisons[0]).toMatchObject({ metric: 'cpu', verdict: 'gap' });
  });

  test('a rise by more than twice the maximum is high and significant, with what to do', () => {
    const result = report(baselineOf(steady), { cpu: minutes(start, 60, 0.65), throughput: minutes(start, 60, 118) });
    expect(result.status).toBe('issues-detected');
    expect(result.findings[0]).toMatchObject({ metric: 'cpu', severity: 'high', significance: 'significant' });
    expect(result.findings[0]!.sentence).toMatch(/^CPU rose by 62\.\d.%/);
    expect(result.recommendations).toEqual(['Profile the hot path, or add capacity.']);
  });

  test('a metric that vanished is a finding, never a pass', () => {
    const result = report(baselineOf(steady), { throughput: minutes(start, 60, 118) });
    expect(result.findings).toMatchObject([{ metric: 'cpu', severity: 'gap' }]);
    expect(result.status).toBe('issues-detected');
  });

  test('too few values to rule out chance: one class lower and not dropped', () => {
    const result = report(baselineOf(steady), { cpu: minutes(start, 12, 0.65), throughput: minutes(start, 60, 118) });
    expect(result.findings[0]).toMatchObject({ metric: 'cpu', severity: 'medium', significance: 'unknown' });
    expect(result.comparisons[0]!.sureness).toMatch(/20.% of the window/);
  });

  test('a short baseline is named and gives the size of the change only', () => {
    const short = baselineOf({ cpu: minutes(before, 30, 0.4) });
    const result = report(short, { cpu: minutes(start, 60, 0.65) });
    expect(result.findings[0]).toMatchObject({ severity: 'medium', significance: 'unknown' });
    expect(result.comparisons[0]!.sureness).toContain('30 of 60 min');
  });
});

test('a baseline that reaches into the window is not compared with the window itself', () => {
  const overlapping = takeBaseline({
    takenIn: 'tranche-10',
    from: before,
    to: new Date(start.getTime() + hour),
    measured: {
      cpu: {
        ...minutes(before, 1500, 0.4),
        values: [...minutes(before, 1440, 0.4).values, ...minutes(start, 60, 0.9).values],
      },
    },
    headroom: [],
    expectation: { kind: 'none' },
  });
  const result = report(overlapping, { cpu: minutes(start, 60, 0.9) });
  expect(result.findings).toMatchObject([{ metric: 'cpu', severity: 'high' }]);
});

test('an hour is compared with the same hour of the day of the baseline, in the zone of the portfolio', () => {
  const day = minutes(before, 1440, 1);
  const from = start.getTime() / 60_000;
  const { series, isSame } = sameHours(day, { from, to: from + 60 }, 'America/New_York');
  expect(isSame).toBe(true);
  expect(series.minutes).toHaveLength(60);
  expect(series.minutes[0]).toBe(before.getTime() / 60_000);
  expect(sameHours(minutes(before, 60, 1), { from: from + 300, to: from + 360 }, 'UTC').isSame).toBe(false);
});

describe('windows', () => {
  const stays = [
    { id: 'a', tranche: 10, enteredAt: start, leftAt: new Date(start.getTime() + 30 * 60_000) },
    { id: 'b', tranche: 100, enteredAt: new Date(start.getTime() + hour), leftAt: null },
  ];

  test('1 h and 24 h after each tranche, 7 d and 30 d after 100 % only', () => {
    const all = windowsOf(stays);
    expect(all.map((one) => [one.tranche, one.hours])).toEqual([
      [10, 1],
      [100, 1],
      [10, 24],
      [100, 24],
      [100, 168],
      [100, 720],
    ]);
    expect(all[0]!.leftAt).not.toBeNull();
  });

  test('due from the instant the window ends, until it is issued', () => {
    const all = windowsOf(stays);
    const at = new Date(start.getTime() + hour);
    expect(dueWindows(all, new Set(), new Date(at.getTime() - 1))).toHaveLength(0);
    const due = dueWindows(all, new Set(), at);
    expect(due).toHaveLength(1);
    expect(dueWindows(all, new Set(due.map(windowKey)), at)).toHaveLength(0);
  });
});

describe('approving a baseline', () => {
  const hot = baselineOf({ cpu: minutes(before, 120, 0.85, 0.001) });

  test('is refused where a saturating metric could never deviate, and headroom is offered', () => {
    expect(refusalsOf(hot.spans)).toMatchObject([{ metric: 'cpu', offersHeadroom: true }]);
    const eased = baselineOf({ cpu: minutes(before, 120, 0.85, 0.001) }, ['cpu']);
    expect(refusalsOf(eased.spans)).toEqual([]);
  });

  test('takes two people, neither of them the proposer', () => {
    const facts = { proposedBy: 'person:q', approvals: [] as { personId: string }[], isDecided: false, refusals: [] };
    expect(approvalVerdict(facts, 'q')).toMatchObject({ kind: 'refused', code: 'SELF_APPROVAL' });
    expect(approvalVerdict(facts, 'r').kind).toBe('waits');
    const once = { ...facts, approvals: [{ personId: 'r' }] };
    expect(approvalVerdict(once, 'r')).toMatchObject({ kind: 'refused', code: 'ALREADY_APPROVED' });
    expect(approvalVerdict(once, 'm').kind).toBe('approved');
  });
});
