import 'server-only';
import { fingerprintOf } from '../../alerts/fingerprint';
import { resolveAlert } from '../../alerts/raise-actions';
import { recordEvent } from '../../audit/record';
import { cutCapital } from '../../capital/actions';
import { queueCommand } from '../../engines/command-actions';
import { authorize } from '../../identity/authorize';
import { consumeStepUp } from '../../identity/step-up';
import { type Actor, actorRef, type PersonActor } from '../../kernel/actor';
import { Decimal, moneyText } from '../../kernel/decimal';
import { DomainError, notFound } from '../../kernel/errors';
import { inTransaction, publish, type Tx } from '../../kernel/transaction';
import { tradingEngines } from '../breaches/engine-actions';
import {
  type ActionRow,
  type EpisodeRow,
  lockAction,
  lockEpisode,
  updateAction,
  updateEpisode,
} from '../breaches/episode-store';
import type { Proposal, Target } from '../breaches/proposals';
import { type LoadedContext, loadContext } from '../ingest/context-store';
import { decodeState, encodeState } from '../ingest/state-codec';
import { lockState, saveState } from '../ingest/state-store';
import type { RiskState } from '../state';
import { decisionContent } from './decision-content';

const TOPICS = ['risk', 'overview', 'launch', 'alerts'];
const tell = (tx: Tx) => {
  for (const topic of TOPICS) publish(tx, topic);
};

const RUNNING = ['open', 'acknowledged', 'accepted'];

const NOTHING_SENT = 'Nothing could be sent: no position can be cut by a whole lot. Reduce by hand.';

/**
 * Approves a proposed breach action and sends it to the engines, or rejects it with a reason.
 *
 * `stepUp` is needed to approve, and an episode that runs. Throws ALREADY_DECIDED, EPISODE_OVER, NO_ENGINE, STEP_UP_REQUIRED, FORBIDDEN.
 */
export async function decideAction(
  actor: PersonActor,
  input: { actionId: string; decision: 'approve' | 'reject'; reason: string; stepUp?: string },
): Promise<{ commands: number }> {
  return inTransaction(async (tx, now) => {
    const action = await lockAction(tx, input.actionId);
    const episode = action && (await lockEpisode(tx, action.episodeId));
    if (!action || !episode) throw notFound('The action');
    authorize(actor, 'breach.decide', { portfolioId: episode.portfolioId });
    if (action.state !== 'proposed') {
      const who = action.decidedByName ? ` by ${action.decidedByName}` : '';
      throw new DomainError('ALREADY_DECIDED', `This was decided already${who}: ${action.state}. Nothing was changed.`);
    }
    if (input.decision === 'approve' && !RUNNING.includes(episode.state)) {
      const text = `${episode.number} is ${episode.state}: there is nothing left to act on. The proposal expires by itself.`;
      throw new DomainError('EPISODE_OVER', text);
    }
    const decided = {
      decidedBy: actorRef(actor),
      decidedByName: actor.name,
      decidedAt: now,
      decisionReason: input.reason,
    };
    let commands: string[] = [];
    if (input.decision === 'approve') {
      await consumeStepUp(tx, actor, {
        token: input.stepUp,
        operation: 'risk.approve-action',
        contentHash: decisionContent(action),
      });
      commands = await send(tx, action, episode, actor);
      await updateAction(
        tx,
        action.id,
        commands.length
          ? { ...decided, state: 'sent', commandId: commands[0], commandIds: commands }
          : { ...decided, state: 'failed', settledAt: now, error: NOTHING_SENT },
      );
    } else {
      if (input.reason.trim().length < 3)
        throw new DomainError('INVALID', 'A rejection needs a reason.', { data: { fields: { reason: ['Say why.'] } } });
      await updateAction(tx, action.id, { ...decided, state: 'rejected', settledAt: now });
    }
    await resolveAlert(
      tx,
      fingerprintOf('risk', 'undecided', { kind: 'breach-action', id: action.id }),
      `Decided by ${actor.name}.`,
    );
    recordEvent(tx, {
      type: input.decision === 'approve' ? 'risk.action-approved' : 'risk.action-rejected',
      actor,
      subject: { kind: 'breach-action', id: action.id },
      portfolioId: episode.portfolioId,
      data: {
        episode: episode.number,
        type: action.type,
        reason: input.reason,
        commands,
        content: decisionContent(action),
      },
    });
    tell(tx);
    return { commands: commands.length };
  });
}

async function send(tx: Tx, action: ActionRow, episode: EpisodeRow, actor: Actor): Promise<string[]> {
  const loaded = await loadContext(episode.portfolioId, tx);
  if (!loaded) throw notFound('The portfolio');
  const proposal = decodeState<Proposal>(action.params);
  const engines = await tradingEngines(tx, episode.portfolioId);
  if (engines.length === 0) {
    throw new DomainError(
      'NO_ENGINE',
      'No approved trading engine is registered in this portfolio, so nobody could be told. Register one in the settings.',
    );
  }
  const base = { cause: { kind: 'breach-action', id: action.id, label: episode.number }, actor };
  const ids: string[] = [];
  if (proposal.kind === 'reduce-positions' || proposal.kind === 'reduce-position') {
    for (const [engineId, targets] of byEngine(
      proposal.targets,
      loaded,
      engines.map((e) => e.id),
    )) {
      ids.push(
        await queueCommand(tx, {
          ...base,
          engineId,
          type: 'reduce_positions',
          scope: { kind: 'strategy', strategies: [...new Set(targets.map((t) => t.strategy))] },
          params: { targets },
          idempotencyKey: `breach-action:${action.id}:${engineId}`,
        }),
      );
    }
    if (proposal.kind === 'reduce-positions')
      ids.push(...(await shrinkCapital(tx, proposal.targets, proposal.capitalFactor, loaded, action, base)));
    return ids;
  }
  if (proposal.kind === 'raise-cash') {
    const [engine] = engines;
    if (!engine) return ids;
    ids.push(
      await queueCommand(tx, {
        ...base,
        engineId: engine.id,
        type: 'raise_cash',
        scope: { kind: 'portfolio', strategies: null },
        params: { amount: moneyText(proposal.shortfall) },
        idempotencyKey: `breach-action:${action.id}:${engine.id}`,
      }),
    );
    return ids;
  }
  const target: Target = { strategy: proposal.strategy, instrument: '', from: new Decimal(1), to: new Decimal(0) };
  return shrinkCapital(tx, [target], new Decimal(1).minus(proposal.share), loaded, action, base);
}

type WireTarget = { strategy: string; instrument: string; quantity: string };

/** Targets by the engine that runs their strategy; a strategy without one goes to every engine of the portfolio. */
function byEngine(targets: readonly Target[], loaded: LoadedContext, engines: string[]): Map<string, WireTarget[]> {
  const orders = new Map<string, WireTarget[]>();
  for (const target of targets) {
    const strategy = loaded.strategies.find((s) => s.id === target.strategy);
    const to = strategy?.engineId && engines.includes(strategy.engineId) ? [strategy.engineId] : engines;
    const wire = {
      strategy: strategy?.ref ?? target.strategy,
      instrument: target.instrument,
      quantity: target.to.toFixed(),
    };
    for (const engineId of to) orders.set(engineId, [...(orders.get(engineId) ?? []), wire]);
  }
  return orders;
}

/** Capital shrinks with the cut, else the strategy would buy it back. */
async function shrinkCapital(
  tx: Tx,
  targets: readonly Target[],
  factor: Decimal,
  loaded: LoadedContext,
  action: ActionRow,
  base: { cause: { kind: string; id: string; label: string }; actor: Actor },
): Promise<string[]> {
  const ids: string[] = [];
  for (const strategyId of new Set(targets.map((t) => t.strategy))) {
    const strategy = loaded.strategies.find((s) => s.id === strategyId);
    if (!strategy?.engineId) continue;
    const capital = await cutCapital(tx, { portfolioId: loaded.portfolio.id, strategyId, factor });
    if (!capital) continue;
    ids.push(
      await queueCommand(tx, {
        ...base,
        engineId: strategy.engineId,
        type: 'set_capital',
        scope: { kind: 'strategy', strategies: [strategy.ref] },
        params: { strategy: strategy.ref, capital: moneyText(capital) },
        idempotencyKey: `breach-action:${action.id}:capital:${strategyId}`,
      }),
    );
  }
  return ids;
}

/** Somebody has seen the breach. It stays open; one tap, no second factor. */
export async function acknowledgeEpisode(actor: Actor, input: { episodeId: string }): Promise<void> {
  return inTransaction(async (tx, now) => {
    const episode = await lockEpisode(tx, input.episodeId);
    if (!episode) throw notFound('The breach');
    authorize(actor, 'alert.acknowledge', { portfolioId: episode.portfolioId });
    if (episode.state !== 'open') {
      throw new DomainError('NOT_OPEN', `${episode.number} is ${episode.state} already. Nothing was changed.`);
    }
    await updateEpisode(tx, episode.id, {
      state: 'acknowledged',
      acknowledgedBy: actorRef(actor),
      acknowledgedByName: actor.name,
      acknowledgedAt: now,
    });
    await keepInState(tx, episode, { state: 'acknowledged' });
    recordEvent(tx, {
      type: 'risk.episode-acknowledged',
      actor,
      subject: { kind: 'breach-episode', id: episode.id },
      portfolioId: episode.portfolioId,
      data: { number: episode.number },
    });
    tell(tx);
  });
}

/** The evaluator's own copy of an episode learns what a person decided. */
export async function keepInState(
  tx: Tx,
  episode: EpisodeRow,
  change: Partial<RiskState['episodes'][string]>,
): Promise<void> {
  const { state } = await lockState(tx, episode.portfolioId);
  const held = state.episodes[episode.key];
  if (!held || held.clearedAt) return;
  const episodes = { ...state.episodes, [episode.key]: { ...held, ...change } };
  await saveState(tx, episode.portfolioId, { state: encodeState({ ...state, episodes }) });
}
