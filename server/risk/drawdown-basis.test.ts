import { describe, expect, it } from 'vitest';
import { Decimal } from '../kernel/decimal';
import { advanceCurve, type DrawdownBasis, markFor, openCurve, rebaseMark, restartMark } from './equity-curve';
import { evaluateAll } from './ingest/fold';
import { stateSummary } from './ingest/state-summary';
import { EMPTY_STATE, type Lookback, type RiskState } from './state';
import { contextWith, rowAt, secondsAfter, T0 } from './testing/fixtures';
import { limitRow } from './views/limit-row';

const d = (value: number | string) => new Decimal(value);
const closed = (day: string, close: number | string, highest: number | string = close) => ({
  day,
  closeUnitValue: d(close),
  maxUnitValue: d(highest),
});
const today = (highest: number | string) => ({ key: '2026-11-19', maxUnitValue: d(highest) });

describe('the mark of a drawdown basis', () => {
  const at = (equity: number, curve = restartMark(openCurve(d(100), T0), T0, '2026-01-05')) =>
    advanceCurve(curve, { equity: d(equity), netFlow: d(0), at: T0, setsMark: true });
  const curve = at(95, at(130));
  const markOf = (basis: DrawdownBasis, days: ReturnType<typeof closed>[], highest: number | string) =>
    markFor(basis, curve, days, today(highest)).toString();

  it('since start is the highest sample there was', () => {
    expect(markOf('since-start', [closed('2026-11-18', 1.2, 1.25)], 1)).toBe('1.3');
  });
  it('trailing is the highest sample of ninety days and of the day that runs', () => {
    const old = closed('2026-08-20', 1.3);
    const days = [old, closed('2026-08-21', 1.1, 1.2), closed('2026-11-18', 1)];
    expect(markOf('trailing-90d', days, 0.97)).toBe('1.2');
    expect(markOf('trailing-90d', days, 1.25)).toBe('1.25');
    expect(markOf('trailing-90d', [old], 0.97)).toBe('0.97');
  });
  it('end of day is the highest close: what a day reached between counts for nothing', () => {
    expect(markOf('end-of-day', [closed('2026-01-05', 1.1, 1.3), closed('2026-11-18', 1.05)], 1.2)).toBe('1.1');
  });
  it('before a day closed it is what the curve opened with', () => {
    expect(markOf('end-of-day', [], 1.3)).toBe('1');
  });
});

describe('a rebase under every basis', () => {
  const minute = (n: number) => secondsAfter(T0, n * 60);
  const days = [closed('2026-11-17', 1.0, 1.02), closed('2026-11-18', 1.01, 1.03)];
  /** Down 12 % within the day; people then rebase; the account stays where it is. */
  function afterRebase(basis: DrawdownBasis) {
    const context = contextWith({ basis, sets: contextWith().sets });
    const lookback: Lookback = { points: [], days: [...days] };
    const fall = [100, 97, 94, 91, 88, 88, 88].map((equity, i) => rowAt(minute(i), equity, i));
    const before = evaluateAll(EMPTY_STATE, fall, context, lookback);
    const key = Object.keys(before.state.episodes).find((k) => k.startsWith('drawdown')) as string;
    const { state } = before;
    const decided: RiskState = {
      ...state,
      curve: rebaseMark(state.curve as NonNullable<RiskState['curve']>, d(88), minute(7), '2026-11-19'),
      windows: { ...state.windows, [key]: [] },
      episodes: { ...state.episodes, [key]: { ...state.episodes[key]!, state: 'rebased', clearedAt: minute(7) } },
    };
    const rows = [8, 9, 10, 11].map((i) => rowAt(minute(i), 88, i));
    const after = evaluateAll(decided, rows, context, { points: lookback.points, days: [...days] });
    const next = [0, 1, 2].map((i) => rowAt(minute(24 * 60 + i), 88, 100 + i));
    const nextDay = evaluateAll(after.state, next, context, {
      points: [],
      days: [...days, closed('2026-11-19', 0.88, 1)],
    });
    const told = (changes: typeof after.changes) => changes.filter((c) => c.key.startsWith('drawdown'));
    return { before: told(before.changes), after: told(after.changes), nextDay: told(nextDay.changes) };
  }
  it.each(['since-start', 'trailing-90d', 'end-of-day'] as const)('%s: nothing from before it counts', (basis) => {
    const { before, after, nextDay } = afterRebase(basis);
    expect(before.map((c) => c.kind)).toContain('rung');
    expect(after).toEqual([]);
    expect(nextDay).toEqual([]);
  });
  it('end of day falls from the rebased value, not from a lower close after it', () => {
    const rebased = rebaseMark(
      advanceCurve(openCurve(d(100), T0), { equity: d(80), netFlow: d(0), at: T0, setsMark: true }),
      d(80),
      T0,
      '2026-11-18',
    );
    const later = advanceCurve(rebased, { equity: d(76), netFlow: d(0), at: T0, setsMark: true });
    const mark = (days: ReturnType<typeof closed>[]) => markFor('end-of-day', later, days, today(0.8)).toString();
    expect(mark([closed('2026-11-17', 1.1), closed('2026-11-18', 0.78)])).toBe('0.8');
    expect(mark([closed('2026-11-17', 1.1)])).toBe('0.8');
  });
});

it('floor, drawdown and headroom that are shown are those of the basis that acts', () => {
  const old = closed('2026-11-18', 1.01, 1.25);
  const rows = [100, 101, 99, 98].map((equity, i) => rowAt(secondsAfter(T0, i * 60), equity, i));
  const shown = (basis: DrawdownBasis) => {
    const context = contextWith({ basis });
    const opened = evaluateAll(EMPTY_STATE, rows.slice(0, 1), context).state;
    const from = { day: '2026-11-01', unitValue: d(1) };
    const state = { ...opened, curve: { ...opened.curve!, mark: d(1.3), from } };
    const fold = evaluateAll(state, rows.slice(1), context, { points: [], days: [old] });
    const { highWater, drawdownFraction, highWaterAt } = stateSummary(fold.state, false);
    const drawdown = fold.verdicts.find((v) => v.measure === 'drawdown')!;
    const { headroomAmount } = limitRow(drawdown, 'p', fold.state, T0);
    return [
      [highWater, drawdownFraction, headroomAmount].map(Number),
      fold.derived.map((one) => one.mark.toNumber()),
      highWaterAt !== null,
    ];
  };
  expect(shown('since-start')).toEqual([[130, 0.246153846154, -19], [1.3, 1.3, 1.3], true]);
  expect(shown('trailing-90d')).toEqual([[125, 0.216, -14.5], [1.25, 1.25, 1.25], false]);
  expect(shown('end-of-day')).toEqual([[101, 0.029702970297, 7.1], [1.01, 1.01, 1.01], false]);
});

describe('a strategy', () => {
  const line = (pnl: number) => ({ strategy: 's1', realised: d(pnl), unrealised: d(0), fees: d(0), trades: null });
  const DAY = 86_400;
  /** Up to 1,200 between the closes of two days, then at 1,010 on the third. */
  const rows = [0, 60, 120, DAY, DAY + 60, DAY + 120, 2 * DAY, 2 * DAY + 60, 2 * DAY + 120].map((seconds, i) =>
    rowAt(secondsAfter(T0, seconds), 10_000, i, { strategies: [line([0, 200, 100, 90, 60, 50, 30, 20, 10][i]!)] }),
  );
  const fallOf = (basis: DrawdownBasis, lookback: Lookback = { points: [], days: [] }) => {
    const context = contextWith({ basis, capitalOf: () => d(1_000) });
    const { verdicts } = evaluateAll(EMPTY_STATE, rows, context, lookback);
    const own = verdicts.find((v) => v.measure === 'drawdown' && v.scope.kind === 'strategy');
    return own?.reading.kind === 'value' ? own.reading.value.toFixed(4) : own?.reading.reason;
  };
  it('falls from the mark of the basis of its portfolio', () => {
    // From 1,200, which one sample of the first day reached; from 1,100, its close.
    expect([fallOf('since-start'), fallOf('trailing-90d'), fallOf('end-of-day')]).toEqual([
      '0.1583',
      '0.1583',
      '0.0818',
    ]);
  });
  it('forgets what lies before the trailing window', () => {
    const late = rows.slice(6).map((row) => ({ ...row, asOf: new Date(row.asOf.getTime() + 91 * DAY * 1_000) }));
    const context = contextWith({ basis: 'trailing-90d', capitalOf: () => d(1_000) });
    const lookback: Lookback = { points: [], days: [] };
    const before = evaluateAll(EMPTY_STATE, rows.slice(0, 6), context, lookback);
    const { verdicts } = evaluateAll(before.state, late, context, lookback);
    const own = verdicts.find((v) => v.measure === 'drawdown' && v.scope.kind === 'strategy');
    // What it began the day with, 1,050, is the highest since.
    expect(own?.sentence).toBe('Drawdown 3.8 % is within 15.0 %');
  });
});
