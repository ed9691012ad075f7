import 'server-only';
import type { Tx } from '../../kernel/transaction';
import type { Latch } from '../../trading-state/latch';
import { findEpisode } from '../breaches/episode-store';
import { RUNGS, responseTo } from '../breaches/response';
import { encodeState } from '../ingest/state-codec';
import { lockState, saveState } from '../ingest/state-store';
import { partsOfKey } from '../limits';
import { liftedRungs } from '../rung-arming';

/**
 * After people lifted a restriction of a breach whose episode runs: the rung that had asked for it may act again, once the
 * value is or has been inside the limit. Without this the next breach of the same episode would restrict nothing.
 */
export async function armLifted(tx: Tx, { cause, state: lifted, scope }: Latch): Promise<void> {
  if (cause.kind !== 'breach' || !scope.portfolioId) return;
  const row = await findEpisode(cause.id, tx);
  if (!row) return;
  const { state } = await lockState(tx, scope.portfolioId);
  const held = state.episodes[row.key];
  if (!held || held.clearedAt) return;
  const { measure } = partsOfKey(row.key);
  const rungs = RUNGS.filter((rung) => responseTo(measure, rung).latch === lifted);
  const episodes = { ...state.episodes, [row.key]: liftedRungs(held, rungs, state.windows[row.key] ?? []) };
  await saveState(tx, scope.portfolioId, { state: encodeState({ ...state, episodes }) });
}
