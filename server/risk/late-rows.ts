import { type Change, type Episode, openEpisodes, REOPEN_WITHIN_MS } from './episodes';
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
  return { ...refolded, episodes: { ...refolded.episodes, ...standing } };
}
