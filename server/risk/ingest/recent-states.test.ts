import { expect, test } from 'vitest';
import { newestSample } from '../samples';
import { EMPTY_STATE, type RiskState } from '../state';
import { rowAt, secondsAfter, T0 } from '../testing/fixtures';
import { afterBatch, knownTo, type RecentState, recentBefore, withRecent } from './recent-states';

const stateAt = (seconds: number): RiskState => ({
  ...EMPTY_STATE,
  accounts: { main: rowAt(secondsAfter(T0, seconds), 1_000, seconds) },
});
const feed = (upTo: number) => {
  let kept: RecentState[] = [];
  for (let s = 1; s <= upTo; s += 1) kept = withRecent(kept, stateAt(s));
  return kept;
};
const ages = (kept: RecentState[], upTo: number) => kept.map((one) => upTo - (one.at.getTime() - T0.getTime()) / 1_000);

test('an hour of samples a second apart is kept as a few states, close together where it is recent', () => {
  const kept = feed(4_000);
  expect(kept.length).toBeLessThan(32);
  expect(ages(kept, 4_000).at(-1)).toBe(0);
  expect(ages(kept, 4_000).filter((age) => age <= 60).length).toBeGreaterThan(8);
  expect(Math.max(...ages(kept, 4_000))).toBeGreaterThan(3_000);
});

test('late rows begin from the newest state that lies wholly before them', () => {
  const recents = { refolds: 0, version: 7, states: feed(100) };
  const newest = (state: RiskState | null) => state && newestSample(state.accounts);
  const found = newest(recentBefore(recents, stateAt(100), secondsAfter(T0, 97)));
  expect(found && found < secondsAfter(T0, 97)).toBe(true);
  expect(found && found >= secondsAfter(T0, 85)).toBe(true);
  expect(recentBefore(recents, stateAt(100), T0)).toBeNull();
});

test('after late rows no state that lacks them is a start, here or where another process folded them in', () => {
  const recents = { refolds: 0, version: 7, states: feed(100) };
  const refolded = { ...stateAt(100), refolds: 1 };
  const after = afterBatch(recents, refolded, 8, secondsAfter(T0, 88));
  const early = after.states.filter((one) => one.at < secondsAfter(T0, 100));
  expect(early.length).toBeGreaterThan(3);
  expect(early.every((one) => one.at < secondsAfter(T0, 88))).toBe(true);
  expect(recentBefore(recents, refolded, secondsAfter(T0, 97))).toBeNull();
  expect(afterBatch(recents, { ...stateAt(101), refolds: 1 }, 8, null).states).toHaveLength(1);
});

test('what was kept after a state that is kept again is forgotten: late rows may have changed it', () => {
  const kept = withRecent(feed(30), stateAt(20));
  expect(kept.at(-1)?.at).toEqual(secondsAfter(T0, 20));
});

test('a portfolio that has no sample yet has nothing to begin from', () => {
  expect(withRecent([], EMPTY_STATE)).toEqual([]);
});

test('where another process stored a state since, the newest one of this process is no start: a row of the same instant may lack', () => {
  const recents = { refolds: 0, version: 7, states: feed(100) };
  expect(knownTo(recents, 7)?.states.at(-1)?.at).toEqual(secondsAfter(T0, 100));
  const known = knownTo(recents, 8);
  expect(known?.states).toEqual(recents.states.slice(0, -1));
  expect(recentBefore(known, stateAt(105), secondsAfter(T0, 103))).toEqual(recents.states.at(-2)?.state);
  expect(afterBatch(known, stateAt(105), 9, null)).toMatchObject({ version: 9 });
  expect(knownTo(undefined, 8)).toBeUndefined();
});
