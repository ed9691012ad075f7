import { describe, expect, it } from 'vitest';
import { Decimal } from '../kernel/decimal';
import { responsesOf } from './breaches/change-response';
import { acceptedCeilingOf, advanceEpisode, type Change, type Episode, type Observation } from './episodes';
import { secondsAfter, T0 } from './testing/fixtures';

const minute = (n: number) => secondsAfter(T0, n * 60);
const UNTIL = minute(60);
const look = (at: number, level: number, extra: Partial<Observation> = {}): Observation => ({
  key: 'cash|portfolio|p|',
  measure: 'cash',
  scope: { kind: 'portfolio', id: 'p' },
  subject: null,
  at: minute(at),
  day: '2026-11-19',
  confirmed: new Decimal(level),
  within: level <= 1,
  recovered: { hard: level <= 1, soft: level <= 0.8 },
  ...extra,
});
/** An episode that came to 1.2 of its limit and was accepted then. */
function accepted(extra: Partial<Observation> = {}): Episode {
  const { episode } = advanceEpisode(null, look(0, 1.2, extra));
  if (!episode) throw new Error('nothing opened');
  return { ...episode, state: 'accepted', acceptedUntil: UNTIL, acceptedCeiling: acceptedCeilingOf(episode) };
}
const told = (changes: readonly Change[]) =>
  changes.map((c) => `${c.kind} ${responsesOf(c).map(({ response: { latch, proposal } }) => `${latch} ${proposal}`)}`);

describe('a breach that was accepted', () => {
  it('stands up to a tenth past its worst, and is open again past that, with what a new breach asks for', () => {
    const start = accepted();
    expect(start.acceptedCeiling?.toFixed()).toBe('1.32');
    const at = advanceEpisode(start, look(1, 1.32));
    expect([told(at.changes), at.episode?.state]).toEqual([[], 'accepted']);
    const past = advanceEpisode(at.episode, look(2, 1.33));
    expect(told(past.changes)).toEqual(['reopened REDUCING raise-cash']);
    expect(past.episode).toMatchObject({ state: 'open', acceptedUntil: null, acceptedCeiling: null });
    expect(told(advanceEpisode(past.episode, look(3, 1.5)).changes), 'once').toEqual([]);
  });

  it('is open again when its date is over: what restricted trading is put on again, nothing is proposed anew', () => {
    const over = advanceEpisode(accepted(), look(60, 1.25));
    expect(told(over.changes)).toEqual(['reopened REDUCING null']);
    expect(over.episode?.state).toBe('open');
    const inside = advanceEpisode(accepted(), look(60, 0.9));
    expect([told(inside.changes), inside.episode?.state], 'inside its limit it waits to recover').toEqual([
      [],
      'accepted',
    ]);
    expect(told(advanceEpisode(inside.episode, look(61, 1.25)).changes)).toEqual(['reopened REDUCING null']);
  });

  it('clears on recovery as any other, and one after that is a new breach, also within 15 min', () => {
    let { episode, changes } = advanceEpisode(accepted(), look(1, 0.5));
    for (const at of [2, 3]) ({ episode, changes } = advanceEpisode(episode, look(at, 0.5)));
    expect(changes.map((c) => c.kind)).toEqual(['cleared']);
    expect(episode).toMatchObject({ state: 'cleared', clearedAt: minute(3) });
    const next = advanceEpisode(episode, look(5, 1.1));
    expect(told(next.changes)).toEqual(['opened ', 'rung REDUCING raise-cash']);
    expect(next.episode).toMatchObject({ state: 'open', openedAt: minute(5), acceptedUntil: null });
    expect(next.episode?.acceptedCeiling ?? null).toBeNull();
  });

  it('of a daily loss clears in a session without one, so that the next loss halts', () => {
    const loss = { key: 'dailyLoss|portfolio|p|', measure: 'dailyLoss' as const };
    const calm = { ...loss, day: '2026-11-20', own: new Decimal(0) };
    let { episode } = advanceEpisode(accepted({ ...loss, own: new Decimal(1.2) }), look(1, 0, calm));
    for (const at of [2, 3]) ({ episode } = advanceEpisode(episode, look(at, 0, calm)));
    expect(episode?.state).toBe('cleared');
    const next = advanceEpisode(episode, look(4, 1.25, { ...loss, day: '2026-11-20', own: new Decimal(1.25) }));
    expect(told(next.changes)).toEqual(['opened ', 'rung HALTED null']);
  });

  it('does not act again inside what was accepted, wherever it was between', () => {
    const lifted: Episode = { ...accepted(), lifted: [100] };
    const back = advanceEpisode(lifted, look(1, 0.95));
    expect(told(advanceEpisode(back.episode, look(2, 1.2)).changes)).toEqual([]);
  });

  it('of another session is another: a daily loss that was accepted says nothing of the next', () => {
    const loss = { key: 'dailyLoss|portfolio|p|', measure: 'dailyLoss' as const, own: new Decimal(1.2) };
    const next = { ...loss, day: '2026-11-20' };
    const start = accepted(loss);
    expect(told(advanceEpisode(start, look(1, 1.2, { ...next, own: new Decimal(0.4) })).changes)).toEqual([]);
    const own = advanceEpisode(start, look(1, 1.2, { ...next, own: new Decimal(1.05) }));
    expect(told(own.changes)).toEqual(['reopened HALTED null']);
  });

  it('at no cash at all has no value past it', () => {
    expect(acceptedCeilingOf({ worst: new Decimal('1e30') })).toBeNull();
  });
});
