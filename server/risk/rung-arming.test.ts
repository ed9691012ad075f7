import { describe, expect, it } from 'vitest';
import { Decimal } from '../kernel/decimal';
import { advanceEpisode, type Change, type Episode, type Observation } from './episodes';
import { evaluateAll } from './ingest/fold';
import { encodeState } from './ingest/state-codec';
import { liftedRungs } from './rung-arming';
import { EMPTY_STATE, type RiskState } from './state';
import { contextWith, PORTFOLIO, rowAt, secondsAfter, T0 } from './testing/fixtures';

const KEY = `dailyLoss|portfolio|${PORTFOLIO}|`;
const minute = (n: number) => secondsAfter(T0, n * 60);
const DAY = 24 * 60;
let sequence = 0;
const slide = (equities: number[], from: number) =>
  equities.map((equity, i) => {
    sequence += 1;
    return rowAt(minute(from + i), equity, sequence);
  });
const lookback = () => ({ points: [], days: [] });
const told = (changes: readonly Change[]) =>
  changes
    .filter((c) => c.key === KEY)
    .map((c) => (c.kind === 'rung' ? `rung ${c.rung}${c.isAgain ? ' again' : ''}` : c.kind));
const lift = (state: RiskState, rungs: (100 | 125 | 200)[] = [100]): RiskState => ({
  ...state,
  episodes: { ...state.episodes, [KEY]: liftedRungs(state.episodes[KEY] as Episode, rungs, state.windows[KEY] ?? []) },
});

describe('a daily loss whose halt was lifted while its episode runs', () => {
  // 00:00 in New York; the loss of the first day ends at 5.4 %.
  const points = lookback();
  const first = evaluateAll(EMPTY_STATE, slide([100, 98, 96, 94.6, 94.6], 0), contextWith(), points);

  it('halts at 5 % of the next session, not at 10 %', () => {
    expect(told(first.changes)).toContain('rung 100');
    const next = slide([94.6, 92, 90, 89.8, 89.7], DAY - 1);
    const { changes } = evaluateAll(lift(first.state), next, contextWith(), points);
    expect(told(changes)).toEqual(['rung 100 again']);
  });

  it('is not halted again by what the day before lost: the rolling 24 h still counts it', () => {
    const still = slide([94.6, 94.5, 94.5, 94.4, 94.5], 20 * 60);
    const next = evaluateAll(lift(first.state), still, contextWith(), lookback());
    expect(next.state.episodes[KEY]?.state).toBe('open');
    expect(told(next.changes)).toEqual([]);
  });

  it('halts again when it came back inside the limit since', () => {
    const over = lift(first.state);
    const stays = evaluateAll(over, slide([94.5, 94.5, 94.5], 10), contextWith(), lookback());
    expect(told(stays.changes), 'lifted over the limit it stays lifted').toEqual([]);
    const back = evaluateAll(stays.state, slide([95.2, 95.2], 20), contextWith(), lookback());
    expect(told(back.changes)).toEqual([]);
    const again = evaluateAll(back.state, slide([94.4, 94.4, 94.4, 94.4], 30), contextWith(), lookback());
    expect(told(again.changes)).toEqual(['rung 100 again']);
  });

  it('is not halted again by the first sample back inside, whatever samples of before still confirm', () => {
    let at = 0;
    const quick = (equities: number[]) =>
      equities.map((equity) => {
        at += 5;
        sequence += 1;
        return rowAt(secondsAfter(minute(10), at), equity, sequence);
      });
    const over = lift(evaluateAll(first.state, quick([94.9, 94.95, 94.97]), contextWith(), lookback()).state);
    const inside = evaluateAll(over, quick([94.98, 95.02, 95.03]), contextWith(), lookback());
    expect(told(inside.changes)).toEqual([]);
    const again = evaluateAll(inside.state, quick([94.9, 94.9, 94.9]), contextWith(), lookback());
    expect(told(again.changes)).toEqual(['rung 100 again']);
  });

  it('is the same whatever is skipped, and after a restart', () => {
    const rows = slide([100, 98, 96, 94.6, 94.6, ...Array.from({ length: 40 }, () => 95.2), 94.4, 94.4, 94.4], 0);
    const [quick, full] = [false, true].map((inFull) =>
      evaluateAll(EMPTY_STATE, rows, contextWith(), lookback(), inFull),
    );
    expect(encodeState(quick?.state)).toEqual(encodeState(full?.state));
  });
});

describe('the own loss of another session', () => {
  const look = (day: string, level: number, own: number, within = level <= 1): Observation => ({
    key: KEY,
    measure: 'dailyLoss',
    scope: { kind: 'portfolio', id: PORTFOLIO },
    subject: null,
    at: T0,
    day,
    confirmed: new Decimal(level),
    own: new Decimal(own),
    within,
    recovered: { hard: false, soft: false },
  });
  const life = (looks: Observation[]) => {
    let episode: Episode | null = null;
    return looks.map((o) => {
      const next = advanceEpisode(episode, o);
      episode = next.episode;
      return told(next.changes);
    });
  };

  it('acts once in each session, rung by rung, and asks for an emergency anew at 200 %', () => {
    expect(
      life([look('a', 1.2, 1.2), look('a', 2.1, 2.1), look('b', 2.1, 0.4), look('b', 2.1, 1.1), look('b', 2.1, 2.05)]),
    ).toEqual([['opened', 'rung 100'], ['rung 200'], [], ['rung 100 again'], ['rung 200 again']]);
    expect(life([look('a', 1.2, 1.2), look('b', 1.3, 1.3), look('b', 1.4, 1.4), look('c', 1.2, 1.2)])).toEqual([
      ['opened', 'rung 100'],
      ['rung 100 again'],
      [],
      ['rung 100 again'],
    ]);
  });

  it('is none where the rolling 24 h opened the episode: that day may still lose on its own', () => {
    expect(life([look('b', 1.1, 0), look('b', 1.1, 0.2), look('b', 1.1, 1.05)])).toEqual([
      ['opened', 'rung 100'],
      [],
      ['rung 100 again'],
    ]);
  });
});
