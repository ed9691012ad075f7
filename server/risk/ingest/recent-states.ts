import { newestSample } from '../samples';
import type { RiskState } from '../state';

/** A state as a batch left it: the fold over every row up to `at`. */
export type RecentState = { at: Date; state: RiskState };

/**
 * What a process remembers of a portfolio; good while nobody else has folded late rows in (`refolds` of the state). `version` is
 * the stored state's as this process left it.
 */
export type Recents = { refolds: number; version: number; states: readonly RecentState[] };

/**
 * What of it is good for a state of this version: where another process or thread stored one since, a row of its own may
 * lie at the instant of the newest state and is not in it. Every earlier one has all rows up to its instant.
 */
export const knownTo = (recents: Recents | undefined, version: number): Recents | undefined =>
  recents && recents.version !== version ? { ...recents, states: recents.states.slice(0, -1) } : recents;

/** A larger book is not worth the room of two dozen copies. */
const POSITIONS_AT_MOST = 500;

/** Spacing of what is kept by how far back it lies: close together for skewed accounts, wider for a feed that was cut. */
const SPACING = [
  { withinMs: 60_000, everyMs: 5_000 },
  { withinMs: 3_600_000, everyMs: 300_000 },
] as const;

/**
 * The list with a state added, oldest first, thinned: one in 5 s of the last minute, one in 5 min of the last hour. A
 * state without samples, or with a large book, is none; what was kept from its instant on goes.
 */
export function withRecent(kept: readonly RecentState[], state: RiskState): RecentState[] {
  const at = newestSample(state.accounts);
  const positions = Object.values(state.accounts).reduce((sum, account) => sum + account.positions.length, 0);
  if (!at || positions > POSITIONS_AT_MOST) return [];
  const all = [...kept.filter((one) => one.at < at), { at, state }];
  const thinned: RecentState[] = [];
  for (const one of all) {
    const age = at.getTime() - one.at.getTime();
    const spacing = SPACING.find(({ withinMs }) => age <= withinMs);
    if (!spacing) continue;
    const before = thinned.at(-1);
    const isNewest = age === 0;
    if (isNewest || !before || one.at.getTime() - before.at.getTime() >= spacing.everyMs) thinned.push(one);
  }
  return thinned;
}

/** What is remembered after a batch: late rows make every state from the earliest of them on a wrong start. */
export function afterBatch(
  before: Recents | undefined,
  state: RiskState,
  version: number,
  earliestLate: Date | null,
): Recents {
  const refolds = state.refolds ?? 0;
  const isMine = before !== undefined && refolds === before.refolds + (earliestLate ? 1 : 0);
  const states = isMine ? before.states : [];
  return {
    refolds,
    version,
    states: withRecent(earliestLate ? states.filter((one) => one.at < earliestLate) : states, state),
  };
}

/** The newest kept state that every one of the late rows comes after, or null: then the last closed day is the start. */
export const recentBefore = (recents: Recents | undefined, state: RiskState, earliest: Date): RiskState | null =>
  recents?.refolds === (state.refolds ?? 0)
    ? (recents.states.findLast((one) => one.at < earliest)?.state ?? null)
    : null;
