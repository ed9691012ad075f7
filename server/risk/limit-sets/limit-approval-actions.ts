import 'server-only';
import { recordEvent } from '../../audit/record';
import { authorize } from '../../identity/authorize';
import { type Actor, type PersonActor, rolesIn } from '../../kernel/actor';
import { DomainError, notFound } from '../../kernel/errors';
import { inTransaction, publish, type Tx } from '../../kernel/transaction';
import { isByTwo } from '../decisions/four-eyes';
import { APPROVERS, addSignature } from '../decisions/signature-actions';
import { type LimitSetRow, lockLimitSet, lockLimits, newestInForce, updateLimitSet } from './limit-store';

const TOPICS = ['risk', 'overview', 'launch'];
const tell = (tx: Tx) => {
  for (const topic of TOPICS) publish(tx, topic);
};

/**
 * One person's approval of a waiting version, with a second factor over its exact content. In force with the second
 * person; approvals of people who were disabled or have lost their role since fall away.
 *
 * Throws NOT_WAITING, STALE_VERSION, SELF_APPROVAL (the same person twice), STEP_UP_REQUIRED.
 */
export async function approveLimits(
  actor: PersonActor,
  input: { limitSetId: string; stepUp: string },
): Promise<{ inForce: boolean; text: string }> {
  return inTransaction(async (tx, now) => {
    await lockLimits(tx);
    const row = await lockLimitSet(tx, input.limitSetId);
    if (!row) throw notFound('The limit version');
    authorize(actor, 'limit.loosen', { portfolioId: row.portfolioId });
    const role = APPROVERS.find((r) => rolesIn(actor.grants, row.portfolioId).includes(r));
    if (!role) throw new DomainError('FORBIDDEN', 'Only a Risk officer or Manager approves a looser limit.');
    if (row.effectiveAt || row.rejectedAt)
      throw new DomainError('NOT_WAITING', 'This version was decided on already. Nothing was changed.');
    if (row.expiresAt && row.expiresAt <= now)
      throw new DomainError('NOT_WAITING', 'The end that was asked for has passed. Propose it again.');
    await refuseStale(tx, row);
    const { approvals, people, factor } = await addSignature(tx, actor, now, {
      approvals: row.approvals,
      role,
      portfolioId: row.portfolioId,
      stepUp: { token: input.stepUp, operation: 'risk.approve-limits', contentHash: row.contentHash },
      twice: 'You have approved this already. It takes another person.',
    });
    const inForce = isByTwo(approvals, people);
    await updateLimitSet(tx, row.id, { approvals, effectiveAt: inForce ? now : null });
    recordEvent(tx, {
      type: inForce ? 'risk.limits-in-force' : 'risk.limits-approved',
      actor,
      subject: { kind: 'limit-set', id: row.id },
      portfolioId: row.portfolioId,
      data: {
        version: row.version,
        change: row.change,
        contentHash: row.contentHash,
        role,
        factor,
        approvals: approvals.map((a) => a.personId),
      },
    });
    tell(tx);
    return inForce
      ? { inForce, text: `Version ${row.version} is in force.` }
      : { inForce, text: 'Approved. One more person (Risk officer or Manager) is needed.' };
  });
}

/** Another version has come into force since this one was proposed: it would bring back what was changed. */
async function refuseStale(tx: Tx, row: LimitSetRow): Promise<void> {
  const version = await newestInForce(tx, row.scope, row.scopeId);
  if (row.baseVersion === null ? version > row.version : version !== row.baseVersion) {
    throw new DomainError(
      'STALE_VERSION',
      `Version ${version} came into force since this was proposed. Propose it again on top of that.`,
    );
  }
}

/** Rejects a waiting version, with a reason; one person is enough. */
export async function rejectLimits(actor: Actor, input: { limitSetId: string; reason: string }): Promise<void> {
  return inTransaction(async (tx, now) => {
    const row = await lockLimitSet(tx, input.limitSetId);
    if (!row) throw notFound('The limit version');
    if (authorize(actor, 'limit.loosen', { portfolioId: row.portfolioId }) === 'propose')
      throw new DomainError('FORBIDDEN', 'Only a Risk officer or Manager rejects a looser limit.');
    if (row.effectiveAt || row.rejectedAt)
      throw new DomainError('NOT_WAITING', 'This version was decided on already. Nothing was changed.');
    await updateLimitSet(tx, row.id, { rejectedAt: now, rejectedBy: actor.name, rejectedWhy: input.reason });
    recordEvent(tx, {
      type: 'risk.limits-rejected',
      actor,
      subject: { kind: 'limit-set', id: row.id },
      portfolioId: row.portfolioId,
      data: { version: row.version, reason: input.reason },
    });
    tell(tx);
  });
}
