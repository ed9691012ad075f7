import { type Change, type Episode, openEpisodes, REOPEN_WITHIN_MS } from './episodes';
import type { EquityCurve } from './equity-curve';
import type { RiskState } from './state';

/** An episode as the record has it, as far as late rows are compared with it. */
export type RecordedEpisode = { key: string; openedAt: Date; clearedAt: Date | null };

const overlaps = (episode: RecordedEpisode, at: Date): boolean =>
  episode.openedAt.getTime() - REOPEN_WITHIN_MS <= at.getTime() &&
  (episode.clearedAt === null || episode.clearedAt.getTime() + REOPEN_WITHIN_MS >= at.getTime());

/**
 * What late rows add: of the changes that a fold with them finds, those of episodes the record does not have. Nothing is
 * ever taken away: an action that was taken stands.
 */
export function additionsOf(refolded: readonly Change[], recorded: readonly RecordedEpisode[]): Change[] {
  const missing = new Set<string>();
  return refolded.filter((change) => {
    if (change.kind === 'opened' || change.kind === 'reopened') {
      const known = recorded.some((episode) => episode.key === change.key && overlaps(episode, change.at));
      if (known) missing.delete(change.key);
      else missing.add(change.key);
    }
    return missing.has(change.key);
  });
}

/** State after late rows: measures of the fold with them, and every episode that stands, whatever the fold says of it. */
export function mergeEpisodes(live: RiskState, refolded: RiskState): RiskState {
  const standing: Record<string, Episode> = {};
  for (const episode of openEpisodes(Object.values(live.episodes))) {
    const again = refolded.episodes[episode.key];
    const rungs = [...new Set([...episode.rungs, ...(again?.rungs ?? [])])];
    standing[episode.key] = { ...episode, rungs };
  }
  for (const episode of Object.values(live.episodes)) {
    if (episode.state === 'rebased') standing[episode.key] = episode;
  }
  const decided = withDecisions(live, refolded);
  return { ...decided, episodes: { ...refolded.episodes, ...standing } };
}

/** What people decided stands after late rows: a rebased mark, and a difference that was accepted. */
function withDecisions(live: RiskState, refolded: RiskState): RiskState {
  const state = { ...refolded, rebased: live.rebased };
  if (live.reconciled && (!refolded.reconciled || live.reconciled.at > refolded.reconciled.at)) {
    state.reconciled = live.reconciled;
  }
  for (const [strategy, at] of Object.entries(live.rebased ?? {})) {
    if (refolded.rebased?.[strategy]?.getTime() === at.getTime()) continue;
    const own = refolded.strategies[strategy];
    const mine = live.strategies[strategy];
    if (strategy === '' && live.curve && refolded.curve) state.curve = rebasedLike(live.curve, refolded.curve);
    else if (own && mine)
      state.strategies = { ...state.strategies, [strategy]: { ...own, curve: rebasedLike(mine.curve, own.curve) } };
  }
  return state;
}

/** The mark since the rebase, or the newest unit value where that is higher. */
const rebasedLike = (live: EquityCurve, refolded: EquityCurve): EquityCurve =>
  refolded.unitValue.gt(live.mark)
    ? { ...refolded, mark: refolded.unitValue }
    : { ...refolded, mark: live.mark, markAt: live.markAt };
