import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Decimal } from '../../kernel/decimal';
import type { Change, Episode } from '../episodes';
import { drawdownOf, type EquityCurve } from '../equity-curve';
import type { AccountRow } from '../samples';
import { EMPTY_STATE, type RiskState } from '../state';
import { contextWith, rowAt, secondsAfter, T0 } from '../testing/fixtures';
import { evaluateAll } from './fold';
import { additionsOf, mergeEpisodes } from './late-rows';

const context = contextWith();
const at = (i: number) => secondsAfter(T0, i * 20);
const rowsOf = (equities: readonly number[]): AccountRow[] =>
  equities.map((equity, i) => rowAt(at(i), equity, i, { cash: null }));
const fold = (rows: readonly AccountRow[]) => evaluateAll(EMPTY_STATE, rows, context, { points: [], days: [] });

/** What the record has after live rows came in order. */
function recordedOf(rows: readonly AccountRow[]) {
  const recorded: { key: string; openedAt: Date; clearedAt: Date | null }[] = [];
  for (const change of fold(rows).changes) {
    const newest = recorded.findLast((one) => one.key === change.key);
    if (change.kind === 'opened') recorded.push({ key: change.key, openedAt: change.at, clearedAt: null });
    else if (newest && change.kind === 'reopened') newest.clearedAt = null;
    else if (newest && change.kind === 'cleared') newest.clearedAt = change.at;
  }
  return recorded;
}

describe('a late sample', () => {
  const path = fc.array(fc.integer({ min: 60_000, max: 120_000 }), { minLength: 3, maxLength: 24 });
  const late = fc.record({ place: fc.nat(22), equity: fc.integer({ min: 30_000, max: 150_000 }) });

  it('only ever adds: no episode that stands ends, no rung that acted is forgotten, nothing recorded opens again', () => {
    fc.assert(
      fc.property(path, late, (equities, { place, equity }) => {
        const rows = rowsOf(equities);
        const live = fold(rows).state;
        const lateAt = new Date(at(Math.min(place, rows.length - 2)).getTime() + 7_000);
        const again = fold([...rows, rowAt(lateAt, equity, 1_000, { cash: null })]);
        const recorded = recordedOf(rows);
        const additions = additionsOf(again, recorded, live);
        const merged = mergeEpisodes(live, again.state, additions);
        for (const episode of Object.values(live.episodes)) {
          if (episode.clearedAt) continue;
          const after = merged.episodes[episode.key];
          expect(after).toMatchObject({ state: episode.state, clearedAt: null });
          expect(after?.rungs).toEqual(expect.arrayContaining(episode.rungs));
          const acted = additions.flatMap((c) =>
            c.kind === 'rung' && c.key === episode.key && !c.isPast ? [c.rung] : [],
          );
          expect(new Set(after?.rungs)).toEqual(new Set([...episode.rungs, ...acted]));
          const ends = additions.filter((c) => c.key === episode.key && (c.kind === 'cleared' || c.kind === 'opened'));
          expect(ends.every((c) => c.isPast && c.at <= episode.openedAt)).toBe(true);
        }
        for (const change of additions) {
          if (change.kind !== 'opened') continue;
          const same = recorded.filter((one) => one.key === change.key);
          const covers = same.some(
            (one) => one.openedAt <= change.at && (!one.clearedAt || one.clearedAt >= change.at),
          );
          expect(covers).toBe(false);
        }
      }),
      { numRuns: 80 },
    );
  });

  it('that changes nothing adds nothing', () => {
    fc.assert(
      fc.property(path, (equities) => {
        const rows = rowsOf(equities);
        const once = fold(rows);
        const additions = additionsOf(once, recordedOf(rows), once.state);
        expect(additions.filter((c) => c.kind === 'opened')).toEqual([]);
      }),
    );
  });

  it('undoes no rebase and no difference that people accepted', () => {
    const rows = rowsOf([100_000, 99_000, 98_000, 97_000]);
    const live = fold(rows).state;
    const curve = live.curve as NonNullable<RiskState['curve']>;
    const point = { at: at(9), equity: curve.units, pnl: curve.units, cumulativeFlow: live.cumulativeFlow };
    const decided = {
      ...live,
      curve: { ...curve, mark: curve.unitValue },
      rebased: { '': at(9) },
      reconciled: point,
    };
    const merged = mergeEpisodes(decided, fold([...rows, rowAt(at(1.5), 98_500, 99)]).state, []);
    expect(merged.curve?.mark.toFixed()).toBe(curve.unitValue.toFixed());
    expect(merged).toMatchObject({ rebased: { '': at(9) }, reconciled: { at: at(9) } });
  });

  it('brings back neither a drawdown nor its window from before a rebase', () => {
    const rows = rowsOf([100_000, 98_000, 96_000, 94_000, 92_000, 90_000, 88_500, 88_500, 88_500]);
    const live = fold(rows).state;
    const key = Object.keys(live.episodes).find((one) => one.startsWith('drawdown|portfolio')) as string;
    const curve = live.curve as NonNullable<RiskState['curve']>;
    const { [key]: ended, ...others } = live.episodes;
    const rebased = {
      ...live,
      curve: { ...curve, mark: curve.unitValue },
      rebased: { '': at(9) },
      windows: { ...live.windows, [key]: [] },
    };
    const again = fold([...rows, rowAt(at(4.5), 91_500, 99, { cash: null })]);
    expect(again.state.windows[key]).not.toEqual([]);
    for (const episodes of [others, { ...others, [key]: { ...ended!, state: 'rebased' as const, clearedAt: at(9) } }]) {
      const decided = { ...rebased, episodes };
      const additions = additionsOf(again, [], decided);
      expect(additions.filter((change) => change.key === key)).toEqual([]);
      const merged = mergeEpisodes(decided, again.state, additions);
      expect(merged.windows[key]).toEqual([]);
      expect(merged.episodes[key]).toEqual(decided.episodes[key]);
    }
  });

  it('deepens an episode that stands: its next rung acts, and is told once', () => {
    // Drawdown 8.5 % warns; the second account comes a moment late and takes it to 13 %.
    const steps = [100_000, 91_500, 91_500, 91_500];
    const rows = rowsOf(steps).map((row, i) => ({ ...row, asOf: at(i * 4) }));
    const live = fold(rows).state;
    const lower = [87_000, 87_000].map((equity, i) =>
      rowAt(secondsAfter(at(8), 7 + i), equity, 100 + i, { cash: null }),
    );
    const again = fold([...rows, ...lower]);
    const key = Object.keys(live.episodes).find((one) => one.startsWith('drawdown|portfolio')) as string;
    expect(live.episodes[key]).toMatchObject({ tier: 'soft', rungs: [] });
    const additions = additionsOf(again, recordedOf(rows), live);
    const ofDrawdown = additions.filter((change) => change.key === key);
    expect(ofDrawdown).toMatchObject([
      { kind: 'upgraded', tier: 'hard' },
      { kind: 'rung', rung: 100 },
      { kind: 'rung', rung: 125 },
    ]);
    const merged = mergeEpisodes(live, again.state, additions);
    expect(merged.episodes[key]).toMatchObject({ tier: 'hard', rungs: [100, 125] });
    const twice = additionsOf(again, recordedOf(rows), merged);
    expect(twice.filter((change) => change.key === key)).toEqual([]);
    const rebased = { ...live, rebased: { '': at(9) } };
    expect(additionsOf(again, recordedOf(rows), rebased).filter((change) => change.key === key)).toEqual([]);
  });

  it('brings an episode back that had cleared, and none runs that no change tells of', () => {
    // Cash goes under its floor and is back for over a minute; then the late rows find it under again.
    const cash = (values: number[], from = 0) =>
      values.map((c, i) => rowAt(at(from + i), 1_000, from + i, { cash: new Decimal(c) }));
    const rows = cash([200, 80, 80, 200, 200, 200, 200, 200, 200]);
    const live = fold(rows).state;
    const key = Object.keys(live.episodes).find((one) => one.startsWith('cash')) as string;
    expect(live.episodes[key]).toMatchObject({ state: 'cleared', rungs: [100] });
    const under = [3, 5].map((s, i) => rowAt(secondsAfter(at(7), s), 1_000, 50 + i, { cash: new Decimal(80) }));
    const again = fold([...rows, ...under]);
    expect(again.state.episodes[key]?.state).toBe('open');
    const additions = additionsOf(again, recordedOf(rows), live).filter((change) => change.key === key);
    expect(additions).toMatchObject([{ kind: 'reopened', tier: 'hard', again: [100] }]);
    expect(mergeEpisodes(live, again.state, additions).episodes[key]?.state).toBe('open');
    expect(mergeEpisodes(live, again.state, []).episodes[key]?.state).toBe('cleared');
  });

  it('halts again for the own loss of a session that it tells of, once, and not in one that was accepted', () => {
    const key = 'dailyLoss|portfolio|p|';
    const standing: Episode = {
      key,
      measure: 'dailyLoss',
      scope: { kind: 'portfolio', id: 'p' },
      subject: null,
      tier: 'hard',
      state: 'open',
      openedAt: at(0),
      breachDay: '2026-11-19',
      worst: new Decimal('1.2'),
      rungs: [100],
      recovery: null,
      clearedAt: null,
      acceptedUntil: null,
      own: { day: '2026-11-19', rungs: [100] },
    };
    const stateWith = (episode: Episode): RiskState => ({ ...EMPTY_STATE, episodes: { [key]: episode } });
    const rung = (day: string): Change => ({
      kind: 'rung',
      key,
      at: at(9),
      rung: 100,
      level: new Decimal('1.1'),
      isAgain: true,
      day,
    });
    const recorded = [{ key, openedAt: at(0), clearedAt: null }];
    const later = { ...standing, own: { day: '2026-11-20', rungs: [100 as const] } };
    const added = (day: string, live: Episode) =>
      additionsOf({ changes: [rung(day)], state: stateWith(later) }, recorded, stateWith(live)).length;
    expect([added('2026-11-19', standing), added('2026-11-20', standing)]).toEqual([0, 1]);
    expect([added('2026-11-20', later), added('2026-11-19', later)]).toEqual([0, 0]);
    expect(added('2026-11-20', { ...standing, state: 'accepted', acceptedUntil: at(99) })).toBe(0);
    const merged = mergeEpisodes(stateWith(standing), stateWith(later), [rung('2026-11-20')]);
    expect(merged.episodes[key]?.own).toEqual(later.own);
  });

  it('restricts nothing again for a re-breach that people have answered: only a daily loss has a session of its own', () => {
    const key = 'drawdown|portfolio|p|';
    const standing: Episode = {
      key,
      measure: 'drawdown',
      scope: { kind: 'portfolio', id: 'p' },
      subject: null,
      tier: 'hard',
      state: 'open',
      openedAt: at(0),
      breachDay: '2026-11-19',
      worst: new Decimal('1.1'),
      rungs: [100],
      recovery: null,
      clearedAt: null,
      acceptedUntil: null,
      armed: [100],
    };
    const again: Change = {
      kind: 'rung',
      key,
      at: at(9),
      rung: 100,
      level: new Decimal('1.05'),
      isAgain: true,
      day: '2026-11-19',
    };
    const state: RiskState = { ...EMPTY_STATE, episodes: { [key]: standing } };
    expect(additionsOf({ changes: [again], state }, [{ key, openedAt: at(0), clearedAt: null }], state)).toEqual([]);
  });

  it('a deposit of before a rebase that is known only afterwards moves the mark with what a unit is worth', () => {
    const curve = (unitValue: string, units: string, mark: string): EquityCurve => ({
      units: new Decimal(units),
      unitValue: new Decimal(unitValue),
      mark: new Decimal(mark),
      markAt: at(0),
      unpriced: new Decimal(0),
      from: { day: '2026-11-24', unitValue: new Decimal(mark) },
    });
    const last = { at: at(5), equity: new Decimal(108_000), cash: null, suspect: false, pnl: null };
    const live: RiskState = { ...EMPTY_STATE, last, curve: curve('1.06', '100000', '1.08'), rebased: { '': at(1) } };
    const refolded = (end: Date): RiskState => ({
      ...EMPTY_STATE,
      last: { ...last, at: end },
      curve: curve('0.883333333333333333', '120000', '1'),
    });
    const fall = ({ curve: own }: RiskState) => {
      const reading = own && drawdownOf(own);
      return reading?.kind === 'value' && reading.value.toFixed();
    };
    expect(fall(mergeEpisodes(live, refolded(at(5)), []))).toEqual(fall(live));
    // Newer samples came with it: what they lost is a loss, and no scale.
    expect(mergeEpisodes(live, refolded(at(6)), []).curve?.mark.toFixed()).toBe('1.08');
  });
});
