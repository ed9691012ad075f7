import 'server-only';
import { fingerprintOf } from '../../alerts/fingerprint';
import { resolveAlert } from '../../alerts/raise-actions';
import { recordEvent } from '../../audit/record';
import { authorize } from '../../identity/authorize';
import { consumeStepUp } from '../../identity/step-up';
import { type Actor, actorRef, type PersonActor } from '../../kernel/actor';
import { DomainError, notFound } from '../../kernel/errors';
import { inTransaction, publish, type Tx } from '../../kernel/transaction';
import { type EpisodeRow, findAction, findEpisode, updateAction, updateEpisode } from '../breaches/episode-store';
import { NOTHING_SENT, sendProposal } from '../breaches/proposal-send-actions';
import { encodeState } from '../ingest/state-codec';
import { saveState } from '../ingest/state-store';
import type { RiskState } from '../state';
import { decisionContent } from './decision-content';
import { holdAction, holdEpisode } from './held-episode-actions';

const TOPICS = ['risk', 'overview', 'launch', 'alerts'];
const tell = (tx: Tx) => {
  for (const topic of TOPICS) publish(tx, topic);
};

const RUNNING = ['open', 'acknowledged', 'accepted'];

/**
 * Approves a proposed breach action and sends it to the engines, or rejects it with a reason.
 *
 * `stepUp` is needed to approve, and an episode that runs. Throws SIGNED_BY_TWO (a rebase or an acceptance),
 * ALREADY_DECIDED, EPISODE_OVER, NO_ENGINE, STEP_UP_REQUIRED, FORBIDDEN.
 */
export async function decideAction(
  actor: PersonActor,
  input: { actionId: string; decision: 'approve' | 'reject'; reason: string; stepUp?: string },
): Promise<{ commands: number }> {
  return inTransaction(async (tx, now) => {
    const proposed = await findAction(input.actionId, tx);
    const found = proposed && (await findEpisode(proposed.episodeId, tx));
    if (!found) throw notFound('The action');
    authorize(actor, 'breach.decide', { portfolioId: found.portfolioId });
    const { action, episode } = await holdAction(tx, input.actionId, found);
    if (action.type === 'rebase' || action.type === 'accept') {
      const text = 'This is signed by two people, not approved or rejected by one. Unsigned, it falls by itself.';
      throw new DomainError('SIGNED_BY_TWO', text);
    }
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
      commands = await sendProposal(tx, action, episode, actor);
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

/** Somebody has seen the breach. It stays open; one tap, no second factor. */
export async function acknowledgeEpisode(actor: Actor, input: { episodeId: string }): Promise<void> {
  return inTransaction(async (tx, now) => {
    const found = await findEpisode(input.episodeId, tx);
    if (!found) throw notFound('The breach');
    authorize(actor, 'alert.acknowledge', { portfolioId: found.portfolioId });
    const { episode, state } = await holdEpisode(tx, found);
    if (episode.state !== 'open') {
      throw new DomainError('NOT_OPEN', `${episode.number} is ${episode.state} already. Nothing was changed.`);
    }
    await updateEpisode(tx, episode.id, {
      state: 'acknowledged',
      acknowledgedBy: actorRef(actor),
      acknowledgedByName: actor.name,
      acknowledgedAt: now,
    });
    await keepInState(tx, episode, state, { state: 'acknowledged' });
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
async function keepInState(
  tx: Tx,
  { key, portfolioId }: EpisodeRow,
  state: RiskState,
  change: Partial<RiskState['episodes'][string]>,
): Promise<void> {
  const held = state.episodes[key];
  if (!held || held.clearedAt) return;
  const episodes = { ...state.episodes, [key]: { ...held, ...change } };
  await saveState(tx, portfolioId, { state: encodeState({ ...state, episodes }) });
}
