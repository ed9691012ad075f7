import { describe, expect, it } from 'vitest';
import { Decimal } from '../kernel/decimal';
import { CALENDAR_XNYS } from './calendar';
import { evaluateAll } from './ingest/fold';
import { countUntil, referenceAt, standsFor } from './loss-reference';
import type { AccountRow } from './samples';
import { sessionBefore, sessionDay } from './session-day';
import { EMPTY_STATE, type EvaluationContext, type Point } from './state';
import { contextWith, rowAt, secondsAfter, T0 } from './testing/fixtures';

const XNYS = contextWith({ calendar: CALENDAR_XNYS });
const point = (at: string, equity = 100): Point => ({
  at: new Date(at),
  equity: new Decimal(equity),
  cumulativeFlow: new Decimal(0),
});
const FRIDAY = '2026-11-13T20:59:55Z';

describe('what a rolling loss is measured from', () => {
  const reference = (points: Point[], at: string, context: EvaluationContext = XNYS) => {
    const wanted = Date.parse(at) - 86_400_000;
    const found = referenceAt(points, countUntil(points, wanted), wanted, context);
    return found && [found.point.at.toISOString(), found.estimated];
  };
  it('is the newest sample of a day ago and, on a Monday, the close of Friday', () => {
    const points = [point('2026-11-12T15:00:00Z'), point(FRIDAY)];
    expect(reference(points, '2026-11-16T15:00:00Z')).toEqual([new Date(FRIDAY).toISOString(), false]);
    const tuesday = [...points, point('2026-11-16T14:30:05Z')];
    expect(reference(tuesday, '2026-11-17T14:30:04Z')).toEqual([new Date(FRIDAY).toISOString(), false]);
    expect(reference(tuesday, '2026-11-17T14:30:06Z')).toEqual(['2026-11-16T14:30:05.000Z', false]);
  });
  it('is the close before a holiday on the day after it', () => {
    // Thanksgiving is the 26th.
    const points = [point('2026-11-25T20:59:55Z')];
    expect(reference(points, '2026-11-27T15:00:00Z')).toEqual(['2026-11-25T20:59:55.000Z', false]);
  });
  it('is the first sample after it where the session before has none, estimated', () => {
    const points = [point(FRIDAY), point('2026-11-18T15:00:00Z')];
    expect(reference(points, '2026-11-18T15:00:05Z')).toEqual(['2026-11-18T15:00:00.000Z', true]);
    expect(reference([point(FRIDAY)], '2026-11-18T15:00:05Z')).toBeNull();
  });
  it('a near sample stands whatever the calendar says, as the calendar says too', () => {
    for (const context of [XNYS, contextWith(), contextWith({ sessionStart: '17:00' })]) {
      for (let hour = 0; hour < 24 * 9; hour += 5) {
        const at = T0.getTime() + hour * 3_600_000;
        const day = sessionDay(new Date(at), context.zone, context.sessionStart);
        const previous = sessionBefore(context.calendar, day.start) as NonNullable<ReturnType<typeof sessionBefore>>;
        const since = sessionDay(previous.opensAt, context.zone, context.sessionStart).start.getTime();
        expect(since).toBeLessThanOrEqual(at - 20 * 3_600_000);
        expect([standsFor(since, at, context), standsFor(since - 1, at, context)]).toEqual([true, false]);
      }
    }
  });
});

describe('the first live sample after a long time', () => {
  const month = (i: number) => secondsAfter(T0, 30 * 86_400 + i * 5);
  const losses = (rows: AccountRow[], context = contextWith()) =>
    evaluateAll(EMPTY_STATE, rows, context).changes.filter((c) => c.key.startsWith('dailyLoss'));
  const live = [0, 1, 2].map((i) => rowAt(month(i), 85, 10 + i));

  it('after imported history has lost nothing in a day', () => {
    const history = [0, 1, 2].map((i) => rowAt(secondsAfter(T0, i * 60), 100, i, { kind: 'history' }));
    expect(losses([...history, ...live])).toEqual([]);
    expect(losses([...history, ...live], XNYS)).toEqual([]);
  });
  it('after weeks of pause has lost nothing in a day', () => {
    const before = [0, 1, 2].map((i) => rowAt(secondsAfter(T0, i * 5), 100, i));
    expect(losses([...before, ...live])).toEqual([]);
  });
  it('what it loses from there counts', () => {
    const history = [rowAt(T0, 100, 0, { kind: 'history' })];
    const falls = [90, 88, 86, 84, 80].map((equity, i) => rowAt(secondsAfter(month(0), 120 * i), equity, 20 + i));
    const { verdicts, changes } = evaluateAll(EMPTY_STATE, [...history, ...falls], contextWith());
    const rungs = changes.flatMap((c) => (c.kind === 'rung' && c.key.startsWith('dailyLoss') ? [c.rung] : []));
    expect(rungs).toEqual([100, 200]);
    const loss = verdicts.find((v) => v.measure === 'dailyLoss');
    expect(loss?.reading).toMatchObject({ note: 'session 11.11 %, 24 h 11.11 %, start estimated' });
  });
});
