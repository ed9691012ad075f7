import { contentHash } from '../../audit/canonical';

/** How two people end an episode by decision: a rebase of the mark, or leave to stand for a time. */
export type ExitKind = 'rebase' | 'accept';

/** Hash of what the two people who end an episode this way are shown and sign. */
export const exitContent = (episode: { id: string; key: string }, kind: ExitKind, days: number | null): string =>
  contentHash({ episode: episode.id, key: episode.key, kind, days });
