import { describe, expect, test } from 'vitest';
import { CALENDAR_24X7, CALENDAR_XNYS } from '../calendar';
import { correlateAll } from './correlation';
import { returnsByDay, sessionAxis, splice, splicedDays } from './correlation-splice';

describe('days before the launch', () => {
  const axis = sessionAxis(CALENDAR_24X7, '2026-03-31', 90);
  const wave = (day: string) => Math.sin(Date.parse(day) / 1e8) / 100;
  const every = (days: string[]) => new Map(days.map((day) => [day, wave(day)]));

  test('come from the backtest and are counted, so that a young pair has a correlation with a label', () => {
    const backtest = every(axis.slice(0, 80));
    const [old, young] = [splice(axis, every(axis), null), splice(axis, every(axis.slice(80)), backtest)];
    expect(splicedDays(old, young)).toBe(50);
    const [pair] = correlateAll([
      { id: 'old', returns: old.returns },
      { id: 'young', returns: young.returns },
    ]);
    expect(pair?.correlation).toMatchObject({ kind: 'value', overlap: 60 });
    const alone = splice(axis, every(axis.slice(80)), null);
    expect(
      correlateAll([
        { id: 'a', returns: old.returns },
        { id: 'b', returns: alone.returns },
      ])[0]?.correlation,
    ).toEqual({
      kind: 'unknown',
      reason: 'overlap',
      overlap: 10,
    });
  });

  test('a gap in the live days stays a gap, and a strategy that never closed a day is not made of its backtest alone', () => {
    const live = every(axis.slice(80).filter((_, i) => i !== 4));
    const mended = splice(axis, live, every(axis));
    expect(mended.returns[84]).toBeNaN();
    expect(mended.isSpliced[84]).toBe(0);
    expect(splice(axis, new Map(), every(axis)).returns.every(Number.isNaN)).toBe(true);
  });

  test('a backtest that ended long ago is not moved up to the launch', () => {
    const longAgo = every(sessionAxis(CALENDAR_24X7, '2025-06-30', 60));
    const young = splice(axis, every(axis.slice(80)), longAgo);
    expect(splicedDays(young, young)).toBe(0);
  });
});

test('the axis has sessions only: weekends and holidays are neither days nor gaps', () => {
  expect(sessionAxis(CALENDAR_XNYS, '2026-04-07', 4)).toEqual(['2026-04-01', '2026-04-02', '2026-04-06', '2026-04-07']);
  expect(sessionAxis({ ...CALENDAR_XNYS, weekly: {}, exceptions: {} }, '2026-04-07', 4)).toEqual([]);
});

test('returns of closes are simple, and none follows a close at 0', () => {
  expect([...returnsByDay(['a', 'b', 'c', 'd'], [100, 110, 0, 5])]).toEqual([
    ['b', 110 / 100 - 1],
    ['c', -1],
  ]);
});
