import 'server-only';
import { notFound } from '../../kernel/errors';
import type { Tx } from '../../kernel/transaction';
import { type ActionRow, type EpisodeRow, lockAction, lockEpisode } from '../breaches/episode-store';
import { lockState } from '../ingest/state-store';
import type { RiskState } from '../state';

/**
 * An episode with the state of its portfolio, both locked, in the order in which samples are evaluated: first the state,
 * then episodes, then their actions. Who takes them the other way round and a batch of samples would wait for each other.
 * Call it after the caller's own authorisation. Throws NOT_FOUND.
 */
export async function holdEpisode(
  tx: Tx,
  { id, portfolioId }: Pick<EpisodeRow, 'id' | 'portfolioId'>,
): Promise<{ episode: EpisodeRow; state: RiskState }> {
  const { state } = await lockState(tx, portfolioId);
  const episode = await lockEpisode(tx, id);
  if (!episode) throw notFound('The breach');
  return { episode, state };
}

/** The same with one of its actions. Throws NOT_FOUND. */
export async function holdAction(
  tx: Tx,
  actionId: string,
  of: Pick<EpisodeRow, 'id' | 'portfolioId'>,
): Promise<{ action: ActionRow; episode: EpisodeRow }> {
  const { episode } = await holdEpisode(tx, of);
  const action = await lockAction(tx, actionId);
  if (!action) throw notFound('The action');
  return { action, episode };
}
