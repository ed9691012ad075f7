import type { EpisodeView } from '@/server/risk/views/view';
import type { StatusKind } from '../ui/status';

/** The status of an episode as its life goes: open in its severity, then acknowledged, then cleared. */
export function statusOf(episode: EpisodeView): { kind: StatusKind; word: string } {
  switch (episode.state) {
    case 'open':
      return { kind: episode.severity, word: 'Open' };
    case 'acknowledged':
      return { kind: 'acknowledged', word: 'Acknowledged' };
    case 'accepted':
      return { kind: 'waived', word: 'Accepted' };
    case 'rebased':
      return { kind: 'cleared', word: 'Rebased' };
    case 'cleared':
      return { kind: 'cleared', word: 'Cleared' };
  }
}

export const isRunning = (episode: EpisodeView): boolean =>
  episode.state === 'open' || episode.state === 'acknowledged' || episode.state === 'accepted';

const GRAVITY = { critical: 0, high: 1, medium: 2, low: 3 } as const;
const needsDecision = (episode: EpisodeView): boolean => episode.actions.some((a) => a.state === 'proposed');

/** Running episodes by who needs somebody most: the gravest, then what waits for a decision; what was accepted last. */
const byNeed = (a: EpisodeView, b: EpisodeView): number =>
  Number(a.state === 'accepted') - Number(b.state === 'accepted') ||
  GRAVITY[a.severity] - GRAVITY[b.severity] ||
  Number(needsDecision(b)) - Number(needsDecision(a)) ||
  b.openedAt.getTime() - a.openedAt.getTime();

/** The episode the page leads with: the one asked for, else the running one that needs somebody most. */
export const leading = (episodes: readonly EpisodeView[], number: string | null): EpisodeView | null =>
  episodes.find((e) => e.number === number) ?? episodes.filter(isRunning).sort(byNeed)[0] ?? null;

/** What runs besides the episode that is shown. */
export const alsoRunning = (episodes: readonly EpisodeView[], shown: EpisodeView): EpisodeView[] =>
  episodes.filter((e) => isRunning(e) && e !== shown).sort(byNeed);
