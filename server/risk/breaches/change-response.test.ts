import { describe, expect, it } from 'vitest';
import { Decimal } from '../../kernel/decimal';
import { advanceEpisode, type Change, type Episode } from '../episodes';
import { responsesOf } from './change-response';
import type { Rung } from './response';

const at = new Date('2026-11-19T15:00:00Z');
const reopened = (measure: string, level: number, again?: Rung[]): Change => ({
  kind: 'reopened',
  key: `${measure}|portfolio|p|`,
  at,
  tier: level > 1 ? 'hard' : 'soft',
  level: new Decimal(level),
  again,
});

describe('what a change of an episode asks for', () => {
  it('a rung: its whole response', () => {
    expect(responsesOf({ kind: 'rung', key: 'cash|portfolio|p|', at, rung: 100, level: new Decimal(1.2) })).toEqual([
      { rung: 100, response: { latch: 'REDUCING', proposal: 'raise-cash', emergency: false }, isAgain: false },
    ]);
  });
  it('a breach that comes back: its restriction again, and no second proposal', () => {
    const onlyLatch = { latch: 'REDUCING', proposal: null, emergency: false };
    expect(responsesOf(reopened('cash', 1.2, [100]))).toEqual([{ rung: 100, response: onlyLatch, isAgain: true }]);
    expect(responsesOf(reopened('position', 1.01, [100]))).toMatchObject([{ rung: 100, response: onlyLatch }]);
    expect(responsesOf(reopened('dailyLoss', 2.5, [100, 200])).map((r) => r.response.latch)).toEqual(['HALTED']);
    expect(responsesOf(reopened('drawdown', 1.3, [100, 125])).map((r) => r.response.latch)).toEqual([
      'REDUCING',
      'HALTED',
    ]);
  });
  it('within the limit, or without a restriction of its own: nothing', () => {
    expect(responsesOf(reopened('cash', 1))).toEqual([]);
    expect(responsesOf(reopened('correlation', 1.2, [100]))).toEqual([]);
    expect(responsesOf({ ...reopened('cash', 1.2), kind: 'opened' } as Change)).toEqual([]);
  });
});

describe('an episode that cleared', () => {
  const after = (seconds: number) => new Date(at.getTime() + seconds * 1_000);
  const look = (seconds: number, level: number) => ({
    key: 'position|portfolio|p|SPX',
    measure: 'position' as const,
    scope: { kind: 'portfolio' as const, id: 'p' },
    subject: 'SPX',
    at: after(seconds),
    day: '2026-11-19',
    confirmed: new Decimal(level),
    within: level <= 1,
    recovered: { hard: level <= 1, soft: level <= 0.8 },
  });
  /** What each look changes, `kind` and the rungs whose restriction returns. */
  const life = (levels: number[]) => {
    let episode: Episode | null = null;
    return levels.map((level, i) => {
      const next = advanceEpisode(episode, look(i * 30, level));
      episode = next.episode;
      return next.changes.map((c) => (c.kind === 'rung' ? `rung ${c.rung}` : `${c.kind} ${c.again ?? ''}`.trim()));
    });
  };

  it('restricts again when it comes back over its limit, at once or by way of the soft tier', () => {
    const cleared = [['opened', 'rung 100'], [], [], ['cleared']];
    expect(life([1.14, 0.7, 0.7, 0.7, 1.14])).toEqual([...cleared, ['reopened 100']]);
    expect(life([1.14, 0.7, 0.7, 0.7, 0.9, 1.14])).toEqual([...cleared, ['reopened'], ['upgraded 100']]);
  });
  it('that comes back within its limit clears at the soft tier only, so that it does not come and go', () => {
    expect(life([1.14, 0.7, 0.7, 0.7, 0.9, 0.9, 0.9, 0.9, 0.9]).slice(4)).toEqual([['reopened'], [], [], [], []]);
  });
});
