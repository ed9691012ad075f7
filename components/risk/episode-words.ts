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

/** The episode the page leads with: the one asked for, else the running one that needs somebody most. */
export function leading(episodes: readonly EpisodeView[], number: string | null): EpisodeView | null {
  const asked = episodes.find((e) => e.number === number);
  if (asked) return asked;
  const running = episodes.filter(isRunning);
  return (
    running.sort(
      (a, b) =>
        Number(needsDecision(b)) - Number(needsDecision(a)) ||
        GRAVITY[a.severity] - GRAVITY[b.severity] ||
        b.openedAt.getTime() - a.openedAt.getTime(),
    )[0] ?? null
  );
}
