import 'server-only';
import { queueCommand } from '../../engines/command-actions';
import type { CommandCause } from '../../engines/command-store';
import { reportOf } from '../../engines/store';
import type { Actor } from '../../kernel/actor';
import { Decimal, moneyText } from '../../kernel/decimal';
import { DomainError, notFound } from '../../kernel/errors';
import type { Tx } from '../../kernel/transaction';
import { type LoadedContext, loadContext } from '../ingest/context-store';
import { decodeState } from '../ingest/state-codec';
import { enginesOf, shrinkCapital } from './capital-cut-actions';
import { tradingEngines } from './engine-actions';
import { cashByEngine, type Holder, targetsByEngine } from './engine-shares';
import type { ActionRow, EpisodeRow } from './episode-store';
import type { Proposal, Target } from './proposals';

export const NOTHING_SENT = 'Nothing could be sent: no position can be cut by a whole lot. Reduce by hand.';

/**
 * Sends what a proposal would do to the engines, in the caller's transaction and after its authorisation, to each its part by
 * what it reports to hold, under its own key. Returns the commands; none where there was nothing to send. Throws NO_ENGINE.
 */
export async function sendProposal(tx: Tx, action: ActionRow, episode: EpisodeRow, actor: Actor): Promise<string[]> {
  const loaded = await loadContext(episode.portfolioId, tx);
  if (!loaded) throw notFound('The portfolio');
  const proposal = decodeState<Proposal>(action.params);
  const trading = await tradingEngines(tx, episode.portfolioId);
  const engines = trading.map((engine) => engine.id);
  const holders = trading.map((engine) => ({ engineId: engine.id, positions: reportOf(engine)?.positions ?? null }));
  if (engines.length === 0) {
    throw new DomainError(
      'NO_ENGINE',
      'No approved trading engine is registered in this portfolio, so nobody could be told. Register one in the settings.',
    );
  }
  const base = { cause: { kind: 'breach-action', id: action.id, label: episode.number }, actor };
  const about = { ...base, loaded, engines, holders, actionId: action.id };
  switch (proposal.kind) {
    case 'reduce-positions': {
      const inScope = loaded.strategies.filter((s) => episode.strategyId === null || s.id === episode.strategyId);
      const sold = await sendTargets(tx, proposal.targets, about);
      return [...sold, ...(await shrinkCapital(tx, inScope, proposal.capitalFactor, about))];
    }
    case 'reduce-position':
      return sendTargets(tx, proposal.targets, about);
    case 'raise-cash':
      return sendCash(tx, proposal.shortfall, about);
    case 'cut-capital': {
      const cut = loaded.strategies.filter((s) => s.id === proposal.strategy);
      return shrinkCapital(tx, cut, new Decimal(1).minus(proposal.share), about);
    }
  }
}

type About = {
  loaded: LoadedContext;
  engines: readonly string[];
  holders: readonly Holder[];
  actionId: string;
  cause: CommandCause;
  actor: Actor;
};

async function sendCash(tx: Tx, shortfall: Decimal, { holders, actionId, cause, actor }: About): Promise<string[]> {
  const ids: string[] = [];
  for (const { engineId, amount } of cashByEngine(shortfall, holders)) {
    ids.push(
      await queueCommand(tx, {
        cause,
        actor,
        engineId,
        type: 'raise_cash',
        scope: { kind: 'portfolio', strategies: null },
        params: { amount: moneyText(amount) },
        idempotencyKey: `breach-action:${actionId}:${engineId}`,
      }),
    );
  }
  return ids;
}

async function sendTargets(tx: Tx, targets: readonly Target[], about: About): Promise<string[]> {
  const { loaded, engines, holders, actionId, cause, actor } = about;
  const orders = new Map<string, { strategy: string; instrument: string; quantity: string }[]>();
  for (const target of targets) {
    const strategy = loaded.strategies.find((s) => s.id === target.strategy);
    const ref = strategy?.ref ?? target.strategy;
    const own = enginesOf(strategy, engines);
    const running = holders.filter(({ engineId }) => own.includes(engineId));
    for (const { engineId, quantity } of targetsByEngine(target, ref, running)) {
      const wire = { strategy: ref, instrument: target.instrument, quantity: quantity.toFixed() };
      orders.set(engineId, [...(orders.get(engineId) ?? []), wire]);
    }
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
