import 'server-only';
import { recordEvent } from '../../audit/record';
import { listInstruments } from '../../capital/instrument-store';
import type { Actor } from '../../kernel/actor';
import { Decimal } from '../../kernel/decimal';
import { newId } from '../../kernel/ids';
import type { Tx } from '../../kernel/transaction';
import { encodeState } from '../ingest/state-codec';
import { PRIORITY } from '../limit-definition';
import { partsOfKey, type Verdict } from '../limits';
import { totalsOf } from '../samples';
import { actorOf, type Breaches, type Held, type ReachedRung, rungKey } from './breach-batch';
import { actionsOf, countProposals, insertAction } from './episode-store';
import { expireProposal } from './proposal-expiry-actions';
import { cutPositions, cutToLimit, type LotSize, type Proposal, raiseCash } from './proposals';
import { ACTIONS_PER_DAY, PROPOSAL_ESCALATES_MS } from './response';

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
      return totals.cash === null ? null : raiseCash(totals.cash, rung.verdict.limit.hard, totals.equity);
    // The pair is named where both series are at hand: when a day closes.
    case 'cut-capital':
    case null:
      return null;
  }
}

/** Puts what a rung proposes before a person; after three of one limit in a day it says that a person must act instead. */
export async function propose(tx: Tx, rung: ReachedRung, breaches: Breaches): Promise<void> {
  const proposal = await proposalOf(tx, rung, breaches);
  if (!proposal) return;
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
      error: `${ACTIONS_PER_DAY} actions were proposed for this limit today. A person decides what to do now.`,
    });
    return;
  }
  const { episode, verdict } = rung;
  await insertProposal(tx, episode, rungKey(rung), verdict, proposal, now, loaded.portfolio.id, actorOf(breaches));
}

/** What was proposed before for an episode and nobody decided on is of another day: it gives way to what is proposed now. */
async function expireEarlier(tx: Tx, episode: Held, portfolioId: string, now: Date): Promise<void> {
  const waiting = (await actionsOf([episode.id], tx)).filter(
    (action) => action.state === 'proposed' && action.rung.endsWith(':proposal'),
  );
  for (const action of waiting) await expireProposal(tx, action, { number: episode.number, portfolioId, now });
}

/** Puts a proposal before a person, once for each time that a rung of its episode acts (`rung`: see `rungKey`). */
export async function insertProposal(
  tx: Tx,
  episode: Held,
  rung: string,
  verdict: Pick<Verdict, 'sentence' | 'measure'>,
  proposal: Proposal,
  now: Date,
  portfolioId: string,
  actor: Actor,
): Promise<void> {
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
  if (!made) return;
  recordEvent(tx, {
    type: 'risk.action-proposed',
    actor,
    subject: { kind: 'breach-action', id },
    portfolioId,
    data: { episode: episode.number, episodeId: episode.id, proposal: encodeState(proposal), reason: verdict.sentence },
  });
}
