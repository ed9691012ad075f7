import 'server-only';
import { recordEvent } from '../../audit/record';
import { listInstruments } from '../../capital/instrument-store';
import type { Actor } from '../../kernel/actor';
import { Decimal } from '../../kernel/decimal';
import { DomainError } from '../../kernel/errors';
import { newId } from '../../kernel/ids';
import { log } from '../../kernel/log';
import { attempt, type Tx } from '../../kernel/transaction';
import { decisionContent } from '../decisions/decision-content';
import { encodeState } from '../ingest/state-codec';
import { PRIORITY } from '../limit-definition';
import { partsOfKey, type Verdict } from '../limits';
import { totalsOf } from '../samples';
import { isAutomatic, policyName, policyRef } from './automatic-policy';
import { actorOf, type Breaches, type Held, type ReachedRung, rungKey } from './breach-batch';
import { BY_HAND } from './breach-words';
import { actionsOf, countProposals, insertAction, lockAction, lockEpisode, updateAction } from './episode-store';
import { expireProposal } from './proposal-expiry-actions';
import { NOTHING_SENT, sendProposal } from './proposal-send-actions';
import { cutPositions, cutToLimit, type LotSize, type Proposal, raiseCash } from './proposals';
import { ACTIONS_PER_DAY, PROPOSAL_ESCALATES_MS, type ProposalOutcome } from './response';

/** The lots of a portfolio's instruments as they are registered. */
async function lotsOf(tx: Tx, portfolioId: string): Promise<LotSize> {
  const lots = new Map<string, Decimal>();
  for (const { instrument, lot } of await listInstruments(portfolioId, tx)) {
    if (lot !== null) lots.set(instrument, new Decimal(lot));
  }
  return (instrument) => lots.get(instrument) ?? null;
}

/** What a rung proposes with the positions held now; null where it proposes nothing here. */
async function proposalOf(tx: Tx, rung: ReachedRung, { state, loaded }: Breaches): Promise<Proposal | null> {
  const { subject, scope } = partsOfKey(rung.change.key);
  const totals = totalsOf(Object.values(state.accounts));
  const own = scope.kind === 'strategy' ? totals.positions.filter((p) => p.strategy === scope.id) : totals.positions;
  switch (rung.response.proposal) {
    case 'reduce-positions':
      return cutPositions(own, await lotsOf(tx, loaded.portfolio.id));
    case 'reduce-position':
      return cutToLimit(
        totals.positions,
        subject ?? '',
        rung.verdict.limit.hard,
        totals.equity,
        await lotsOf(tx, loaded.portfolio.id),
      );
    case 'raise-cash':
      return totals.cash === null
        ? null
        : raiseCash(totals.cash, rung.verdict.limit.hard, totals.equity, state.cumulativeFlow.plus(state.pendingFlow));
    // The pair is named where both series are at hand: when a day closes.
    case 'cut-capital':
    case null:
      return null;
  }
}

/**
 * Puts what a rung proposes before a person, or sends it at once where the limit set says so; after three of one limit in a
 * day it says that a person must act instead. Returns what came of it, `none` where nothing is proposed here.
 */
export async function propose(tx: Tx, rung: ReachedRung, breaches: Breaches): Promise<ProposalOutcome> {
  const proposal = await proposalOf(tx, rung, breaches);
  if (!proposal) return rung.response.proposal === 'cut-capital' ? 'proposed' : 'none';
  const { loaded, now, state } = breaches;
  if (rung.isAgain) await expireEarlier(tx, rung.episode, loaded.portfolio.id, now);
  const since = state.day?.start ?? now;
  if ((await countProposals(tx, loaded.portfolio.id, rung.change.key, since)) >= ACTIONS_PER_DAY) {
    await insertAction(tx, {
      id: newId(),
      episodeId: rung.episode.id,
      rung: `${rungKey(rung)}:by-hand`,
      type: 'by-hand',
      priority: PRIORITY[rung.verdict.measure],
      reason: rung.verdict.sentence,
      params: {},
      state: 'failed',
      automatic: true,
      proposedAt: now,
      settledAt: now,
      error: BY_HAND,
    });
    return 'by-hand';
  }
  const { episode, verdict } = rung;
  const actor = actorOf(breaches);
  const id = await insertProposal(tx, episode, rungKey(rung), verdict, proposal, now, loaded.portfolio.id, actor);
  return id && isAutomatic(proposal.kind, loaded.policy) ? sendByPolicy(tx, id, breaches) : 'proposed';
}

/**
 * The limit set in force approves a proposal in place of a person: sent at once, recorded with its version. What cannot be
 * sent waits for a person as any other, and says why.
 */
async function sendByPolicy(tx: Tx, id: string, breaches: Breaches): Promise<ProposalOutcome> {
  const { loaded, now } = breaches;
  const action = await lockAction(tx, id);
  const episode = action && (await lockEpisode(tx, action.episodeId));
  // One that a late sample found and that is over already is no reason to sell now.
  if (!action || !episode || (episode.state !== 'open' && episode.state !== 'acknowledged')) return 'proposed';
  const actor = actorOf(breaches);
  const sent = await attempt(tx, () => sendProposal(tx, action, episode, actor));
  if (!sent.ok || sent.value.length === 0) {
    const why = sent.ok ? NOTHING_SENT : sent.error instanceof DomainError ? sent.error.message : UNSENT;
    if (!sent.ok) log.error({ err: sent.error, episode: episode.number }, 'an automatic action could not be sent');
    await updateAction(tx, id, { error: `${why} It was to be sent by itself; a person decides on it now.` });
    return 'proposed';
  }
  const by = policyName(loaded.policy);
  await updateAction(tx, id, {
    state: 'sent',
    commandId: sent.value[0],
    commandIds: sent.value,
    expiresAt: null,
    decidedBy: policyRef(loaded.policy),
    decidedByName: by,
    decidedAt: now,
    decisionReason: `Automatic by ${by}.`,
  });
  recordEvent(tx, {
    type: 'risk.action-approved',
    actor,
    subject: { kind: 'breach-action', id },
    portfolioId: loaded.portfolio.id,
    data: {
      episode: episode.number,
      type: action.type,
      by: 'policy',
      limitSetId: loaded.policy.limitSetId,
      limitSetVersion: loaded.policy.version,
      commands: sent.value,
      content: decisionContent(action),
    },
  });
  return 'sent';
}

const UNSENT = 'It could not be sent.';

/** What was proposed before for an episode and nobody decided on is of another day: it gives way to what is proposed now. */
async function expireEarlier(tx: Tx, episode: Held, portfolioId: string, now: Date): Promise<void> {
  const waiting = (await actionsOf([episode.id], tx)).filter(
    (action) => action.state === 'proposed' && action.rung.endsWith(':proposal'),
  );
  for (const action of waiting) await expireProposal(tx, action, { number: episode.number, portfolioId, now });
}

/**
 * Puts a proposal before a person, once for each time that a rung of its episode acts (`rung`: see `rungKey`). Returns its
 * id; null where that was done before.
 */
export async function insertProposal(
  tx: Tx,
  episode: Held,
  rung: string,
  verdict: Pick<Verdict, 'sentence' | 'measure'>,
  proposal: Proposal,
  now: Date,
  portfolioId: string,
  actor: Actor,
): Promise<string | null> {
  const id = newId();
  const made = await insertAction(tx, {
    id,
    episodeId: episode.id,
    rung: `${rung}:proposal`,
    type: proposal.kind,
    priority: PRIORITY[verdict.measure],
    reason: verdict.sentence,
    params: encodeState(proposal),
    state: 'proposed',
    automatic: false,
    proposedAt: now,
    expiresAt: new Date(now.getTime() + PROPOSAL_ESCALATES_MS),
  });
  if (!made) return null;
  recordEvent(tx, {
    type: 'risk.action-proposed',
    actor,
    subject: { kind: 'breach-action', id },
    portfolioId,
    data: { episode: episode.number, episodeId: episode.id, proposal: encodeState(proposal), reason: verdict.sentence },
  });
  return id;
}
