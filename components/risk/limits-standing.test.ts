import { describe, expect, it } from 'vitest';
import type { EpisodeView, LimitView } from '@/server/risk/views/view';
import { alsoRunning, leading } from './episode-words';
import { standingOf } from './limits-standing';

const row = (measure: LimitView['measure'], state: LimitView['state'], sentence = ''): LimitView =>
  ({ measure, state, sentence, name: measure, subject: null }) as LimitView;
const KEPT = [row('drawdown', 'within'), row('cash', 'soft'), row('winRate', 'unknown'), row('correlation', 'unknown')];

describe('limits without a running breach', () => {
  it('are kept only where each that samples measure is known and none is over', () => {
    expect(standingOf({ rows: KEPT }, false)).toEqual({ kind: 'kept' });
    expect(standingOf({ rows: KEPT }, true)).toMatchObject({ kind: 'unknown', why: expect.stringMatching(/too old/) });
    const unknown = [...KEPT, row('position', 'unknown')];
    expect(standingOf({ rows: unknown }, false)).toEqual({
      kind: 'unknown',
      why: '1 of 3 limits are unknown: position.',
    });
  });

  it('that are over and not confirmed say so', () => {
    const over = [...KEPT, row('dailyLoss', 'breach', 'Daily loss 5.3 % exceeds 5.0 %')];
    expect(standingOf({ rows: over }, false)).toMatchObject({
      kind: 'pending',
      why: expect.stringMatching(/^Daily loss/),
    });
  });
});

describe('the breach that leads', () => {
  const of = (number: string, severity: EpisodeView['severity'], minute: number, extra: object = {}) =>
    ({
      number,
      severity,
      state: 'open',
      actions: [],
      openedAt: new Date(minute * 60_000),
      ...extra,
    }) as unknown as EpisodeView;
  const proposed = { actions: [{ state: 'proposed' }] };

  it('is the gravest: a medium one with a proposal hides no critical halt', () => {
    const list = [of('BR-1', 'critical', 5), of('BR-2', 'medium', 6, proposed), of('BR-3', 'critical', 4, proposed)];
    const first = leading(list, null);
    expect(first?.number).toBe('BR-3');
    expect(alsoRunning(list, first!).map((e) => e.number)).toEqual(['BR-1', 'BR-2']);
  });

  it('is one that people accepted only where no other runs', () => {
    const accepted = of('BR-1', 'critical', 1, { state: 'accepted' });
    expect(leading([accepted, of('BR-2', 'low', 2)], null)?.number).toBe('BR-2');
    expect(leading([accepted], null)?.number).toBe('BR-1');
    expect(leading([of('BR-3', 'high', 3, { state: 'cleared' })], null)).toBeNull();
  });
});
