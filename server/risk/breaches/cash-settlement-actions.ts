import 'server-only';
import { recordEvent } from '../../audit/record';
import type { Actor } from '../../kernel/actor';
import { publish, type Tx } from '../../kernel/transaction';
import type { LoadedContext } from '../ingest/context-store';
import { decodeState } from '../ingest/state-codec';
import { findState } from '../ingest/state-store';
import { shownBy } from '../samples';
import { EMPTY_STATE, type RiskState } from '../state';
import { raisedCash, updateAction } from './episode-store';
import type { Proposal } from './proposals';
import { cashOutcome, settlesBy } from './shown-cash';

/**
 * What engines say they raised in cash counts once a snapshot shows it. Until it has settled the action says what is
 * missing; what failed for want of it is confirmed when it comes, while its breach runs. Called again it changes nothing more.
 */
export async function settleCash(tx: Tx, { portfolio, evaluation }: LoadedContext, now: Date, actor: Actor) {
  const raised = await raisedCash(tx, portfolio.id);
  if (raised.length === 0) return;
  const row = await findState(portfolio.id, tx);
  const state = row ? decodeState<RiskState>(row.state) : EMPTY_STATE;
  const flow = state.cumulativeFlow.plus(state.pendingFlow);
  const seen = { ...shownBy(state.accounts, evaluation.accounts), flow };
  for (const { action, answeredAt } of raised) {
    const proposal = decodeState<Proposal>(action.params);
    if (proposal.kind !== 'raise-cash') continue;
    const times = { answeredAt, until: settlesBy(answeredAt, evaluation) };
    const outcome = cashOutcome(proposal, seen, times, now);
    const isLate = action.state === 'failed';
    const error = outcome.kind === 'confirmed' ? null : outcome.why;
    // What has failed stays so, in the words it failed with, until it is confirmed.
    if (outcome.kind === 'waits' ? isLate || action.error === error : outcome.kind === 'failed' && isLate) continue;
    const settled = outcome.kind === 'waits' ? {} : { state: outcome.kind, settledAt: now };
    await updateAction(tx, action.id, { ...settled, error });
    publish(tx, 'risk');
    // How much is missing changes with each snapshot: that it waits is said once.
    if (outcome.kind === 'waits' && action.error !== null) continue;
    recordEvent(tx, {
      type: `risk.action-${outcome.kind}`,
      actor,
      subject: { kind: 'breach-action', id: action.id },
      portfolioId: portfolio.id,
      data: { type: action.type, commandIds: action.commandIds, error, before: action.state },
    });
  }
}
