import 'server-only';
import { queueCommand } from '../../engines/command-actions';
import type { CommandCause } from '../../engines/command-store';
import type { Actor } from '../../kernel/actor';
import { Decimal, moneyText } from '../../kernel/decimal';
import { DomainError, notFound } from '../../kernel/errors';
import type { Tx } from '../../kernel/transaction';
import { type LoadedContext, loadContext } from '../ingest/context-store';
import { decodeState } from '../ingest/state-codec';
import { enginesOf, shrinkCapital } from './capital-cut-actions';
import { tradingEngines } from './engine-actions';
import type { ActionRow, EpisodeRow } from './episode-store';
import type { Proposal, Target } from './proposals';

export const NOTHING_SENT = 'Nothing could be sent: no position can be cut by a whole lot. Reduce by hand.';

/**
 * Sends what a proposal would do to the engines, in the caller's transaction and after its authorisation, each part under
 * its own key. Returns the commands; none where there was nothing to send. Throws NO_ENGINE.
 */
export async function sendProposal(tx: Tx, action: ActionRow, episode: EpisodeRow, actor: Actor): Promise<string[]> {
  const loaded = await loadContext(episode.portfolioId, tx);
  if (!loaded) throw notFound('The portfolio');
  const proposal = decodeState<Proposal>(action.params);
  const engines = (await tradingEngines(tx, episode.portfolioId)).map((engine) => engine.id);
  const [first] = engines;
  if (!first) {
    throw new DomainError(
      'NO_ENGINE',
      'No approved trading engine is registered in this portfolio, so nobody could be told. Register one in the settings.',
    );
  }
  const base = { cause: { kind: 'breach-action', id: action.id, label: episode.number }, actor };
  const about = { ...base, loaded, engines, actionId: action.id };
  switch (proposal.kind) {
    case 'reduce-positions': {
      const inScope = loaded.strategies.filter((s) => episode.strategyId === null || s.id === episode.strategyId);
      const sold = await sendTargets(tx, proposal.targets, about);
      return [...sold, ...(await shrinkCapital(tx, inScope, proposal.capitalFactor, about))];
    }
    case 'reduce-position':
      return sendTargets(tx, proposal.targets, about);
    case 'raise-cash':
      return [
        await queueCommand(tx, {
          ...base,
          engineId: first,
          type: 'raise_cash',
          scope: { kind: 'portfolio', strategies: null },
          params: { amount: moneyText(proposal.shortfall) },
          idempotencyKey: `breach-action:${action.id}:${first}`,
        }),
      ];
    case 'cut-capital': {
      const cut = loaded.strategies.filter((s) => s.id === proposal.strategy);
      return shrinkCapital(tx, cut, new Decimal(1).minus(proposal.share), about);
    }
  }
}

type About = { loaded: LoadedContext; engines: readonly string[]; actionId: string; cause: CommandCause; actor: Actor };

async function sendTargets(tx: Tx, targets: readonly Target[], about: About): Promise<string[]> {
  const { loaded, engines, actionId, cause, actor } = about;
  const orders = new Map<string, { strategy: string; instrument: string; quantity: string }[]>();
  for (const target of targets) {
    const strategy = loaded.strategies.find((s) => s.id === target.strategy);
    const quantity = target.to.toFixed();
    const wire = { strategy: strategy?.ref ?? target.strategy, instrument: target.instrument, quantity };
    for (const engineId of enginesOf(strategy, engines)) orders.set(engineId, [...(orders.get(engineId) ?? []), wire]);
  }
  const ids: string[] = [];
  for (const [engineId, own] of orders) {
    ids.push(
      await queueCommand(tx, {
        cause,
        actor,
        engineId,
        type: 'reduce_positions',
        scope: { kind: 'strategy', strategies: [...new Set(own.map((t) => t.strategy))] },
        params: { targets: own },
        idempotencyKey: `breach-action:${actionId}:${engineId}`,
      }),
    );
  }
  return ids;
}
