import 'server-only';
import { restoreCapital } from '../../capital/actions';
import { queueCommand } from '../../engines/command-actions';
import { findByKey } from '../../engines/command-store';
import { type Actor, actorRef, job } from '../../kernel/actor';
import { Decimal, moneyText } from '../../kernel/decimal';
import { log } from '../../kernel/log';
import { attempt, readNow, type Tx } from '../../kernel/transaction';
import { listOpenLatches } from '../../trading-state/store';
import { REOPEN_WITHIN_MS } from '../episodes';
import { type LoadedContext, loadContext } from '../ingest/context-store';
import { decodeState } from '../ingest/state-codec';
import { lockState } from '../ingest/state-store';
import { cutKey, enginesOf } from './capital-cut-actions';
import { tradingEngines } from './engine-actions';
import { type ActionRow, actionsOf, type EpisodeRow, lockEpisode, updateAction } from './episode-store';
import { listDueReleases } from './proposal-store';
import type { Proposal } from './proposals';

const CHECK = job('limit-checks');

/** Over for good: it may not reopen any more. A rebased one never does, a cleared one for 15 min. */
const isOver = ({ state, clearedAt }: EpisodeRow, now: Date): boolean =>
  state === 'rebased' ||
  (state === 'cleared' && clearedAt !== null && now.getTime() - clearedAt.getTime() >= REOPEN_WITHIN_MS);

/** What a cut left of capital; null for an action that cuts none. */
function factorOf(action: ActionRow): Decimal | null {
  if (action.type !== 'reduce-positions' && action.type !== 'cut-capital') return null;
  const proposal = decodeState<Proposal>(action.params);
  if (proposal.kind === 'reduce-positions') return proposal.capitalFactor;
  return proposal.kind === 'cut-capital' ? new Decimal(1).minus(proposal.share) : null;
}

/**
 * Gives back the capital that the cut of an episode took, once that episode is over, can reopen no more (15 min after it
 * cleared: each rung cuts once) and every restriction it set has been lifted; before that it does nothing. What another
 * episode took stays taken. Called again it changes nothing more.
 */
export async function releaseCut(tx: Tx, episodeId: string, loaded: LoadedContext, actor: Actor): Promise<void> {
  const episode = await lockEpisode(tx, episodeId);
  const now = await readNow(tx);
  if (!episode || !isOver(episode, now)) return;
  const open = await listOpenLatches([loaded.portfolio.id], tx);
  if (open.some((l) => l.cause.kind === 'breach' && l.cause.id === episode.id)) return;
  for (const action of await actionsOf([episode.id], tx)) {
    const factor = factorOf(action);
    if (!factor || action.releasedAt || !['sent', 'confirmed', 'failed'].includes(action.state)) continue;
    await giveBack(tx, { episode, action, factor, loaded, actor });
    await updateAction(tx, action.id, { releasedAt: now });
  }
}

async function giveBack(
  tx: Tx,
  cut: { episode: EpisodeRow; action: ActionRow; factor: Decimal; loaded: LoadedContext; actor: Actor },
): Promise<void> {
  const { episode, action, factor, loaded, actor } = cut;
  const engines = (await tradingEngines(tx, loaded.portfolio.id)).map((engine) => engine.id);
  for (const strategy of loaded.strategies) {
    const key = `release:${action.id}:capital:${strategy.id}`;
    const wasCut = await findByKey(tx, cutKey(action.id, strategy.id));
    if (!wasCut || (await findByKey(tx, key))) continue;
    const capital = await restoreCapital(tx, strategy.id, { key: action.id, factor });
    if (!capital) continue;
    const told = enginesOf(strategy, engines);
    for (const [place, engineId] of (told.length > 0 ? told : [wasCut.engineId]).entries()) {
      await queueCommand(tx, {
        engineId,
        type: 'set_capital',
        scope: { kind: 'strategy', strategies: [strategy.ref] },
        params: { strategy: strategy.ref, capital: moneyText(capital) },
        cause: { kind: 'breach-episode', id: episode.id, label: actorRef(actor) },
        idempotencyKey: place === 0 ? key : `${key}:${engineId}`,
        actor,
      });
    }
  }
}

/** Gives back what is due: capital of cuts whose episode is over for good. Called again it changes nothing more. */
export async function releaseDue(tx: Tx, now: Date): Promise<void> {
  for (const { portfolioId, episodeId } of await listDueReleases(tx, new Date(now.getTime() - REOPEN_WITHIN_MS))) {
    // On its own: capital that cannot be given back must not cost another portfolio its own.
    const released = await attempt(tx, async () => {
      // In the order in which samples are evaluated: first the state of the portfolio, then its episodes.
      await lockState(tx, portfolioId);
      const loaded = await loadContext(portfolioId, tx);
      if (loaded) await releaseCut(tx, episodeId, loaded, CHECK);
    });
    if (!released.ok) log.error({ err: released.error, episodeId }, 'capital could not be given back at its time');
  }
}
