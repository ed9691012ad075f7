import 'server-only';
import { restoreCapital } from '../../capital/actions';
import { queueCommand } from '../../engines/command-actions';
import { findByKey } from '../../engines/command-store';
import { type Actor, actorRef } from '../../kernel/actor';
import { moneyText } from '../../kernel/decimal';
import type { Tx } from '../../kernel/transaction';
import { listOpenLatches } from '../../trading-state/store';
import type { LoadedContext } from '../ingest/context-store';
import { decodeState } from '../ingest/state-codec';
import { cutKey, enginesOf } from './capital-cut-actions';
import { tradingEngines } from './engine-actions';
import { actionsOf, lockEpisode } from './episode-store';
import type { Proposal } from './proposals';

const RUNNING = ['open', 'acknowledged', 'accepted'];

/**
 * Gives back the capital that the cut of a drawdown episode took, once that episode is over and every restriction it set
 * has been lifted; before that, and for other measures, it does nothing. What another episode took stays taken. Called
 * again it changes nothing more.
 */
export async function releaseCut(tx: Tx, episodeId: string, loaded: LoadedContext, actor: Actor): Promise<void> {
  const episode = await lockEpisode(tx, episodeId);
  if (episode?.measure !== 'drawdown' || RUNNING.includes(episode.state)) return;
  const open = await listOpenLatches([loaded.portfolio.id], tx);
  if (open.some((l) => l.cause.kind === 'breach' && l.cause.id === episode.id)) return;
  const engines = (await tradingEngines(tx, loaded.portfolio.id)).map((engine) => engine.id);
  for (const action of await actionsOf([episode.id], tx)) {
    if (action.type !== 'reduce-positions') continue;
    const proposal = decodeState<Proposal>(action.params);
    if (proposal.kind !== 'reduce-positions') continue;
    for (const strategy of loaded.strategies) {
      const key = `release:${action.id}:capital:${strategy.id}`;
      const wasCut = await findByKey(tx, cutKey(action.id, strategy.id));
      if (!wasCut || (await findByKey(tx, key))) continue;
      const capital = await restoreCapital(tx, strategy.id, proposal.capitalFactor);
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
}
