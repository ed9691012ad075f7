import 'server-only';
import { fingerprintOf } from '../../alerts/fingerprint';
import { raiseAlert, resolveAlert } from '../../alerts/raise-actions';
import { recordEvent } from '../../audit/record';
import { authorize } from '../../identity/authorize';
import { actorRef, job, type PersonActor } from '../../kernel/actor';
import { DomainError, notFound } from '../../kernel/errors';
import { inTransaction, publish, type Tx } from '../../kernel/transaction';
import { listOverdueReviews, lockLatch, updateLatch } from '../../trading-state/store';

const TOPICS = ['risk', 'overview'];
const fingerprintOfReview = (latchId: string) =>
  fingerprintOf('risk', 'false-alarm-review', { kind: 'latch', id: latchId });

/**
 * Attaches what was wrong in the data and what the right figures are: without it no halt is lifted before its time. Signatures
 * given so far fall, since they were given over other content. Throws NOT_HALTED, FORBIDDEN.
 */
export async function attachCorrection(
  actor: PersonActor,
  input: { latchId: string; correctedData: string },
): Promise<void> {
  return inTransaction(async (tx) => {
    const latch = await lockLatch(tx, input.latchId);
    if (!latch) throw notFound('The latch');
    const { portfolioId } = latch.scope;
    if (authorize(actor, 'trading.lift-halt', { portfolioId }) === 'propose')
      throw new DomainError('FORBIDDEN', 'Only a Risk officer or Manager corrects the data of a halt.');
    if (
      latch.liftedAt ||
      latch.state !== 'HALTED' ||
      latch.exitRule !== 'two-people' ||
      latch.cause.kind === 'emergency'
    )
      throw new DomainError(
        'NOT_HALTED',
        'Only a halt that two people lift can be a false alarm. Nothing was changed.',
      );
    await updateLatch(tx, latch.id, { correctedData: input.correctedData, exitApprovals: [] });
    recordEvent(tx, {
      type: 'risk.correction-attached',
      actor,
      subject: { kind: 'latch', id: latch.id },
      portfolioId,
      data: { correctedData: input.correctedData, voided: latch.exitApprovals.map((a) => a.personId) },
    });
    for (const topic of TOPICS) publish(tx, topic);
  });
}

/**
 * Closes the review of a halt that was lifted as a false alarm: by a risk officer, manager or member of the board who did
 * not lift it. Throws NOT_WAITING, SELF_APPROVAL, FORBIDDEN.
 */
export async function reviewFalseAlarm(actor: PersonActor, input: { latchId: string; note: string }): Promise<void> {
  return inTransaction(async (tx, now) => {
    const latch = await lockLatch(tx, input.latchId);
    if (!latch) throw notFound('The latch');
    const { portfolioId } = latch.scope;
    authorize(actor, 'incident.close', { portfolioId });
    if (!latch.falseAlarm || !latch.liftedAt || latch.reviewedAt)
      throw new DomainError('NOT_WAITING', 'No review of this waits. Nothing was changed.');
    if (latch.exitApprovals.some((a) => a.personId === actor.personId))
      throw new DomainError('SELF_APPROVAL', 'You lifted this halt. Another person reviews it.');
    await updateLatch(tx, latch.id, {
      reviewedAt: now,
      reviewedBy: actorRef(actor),
      reviewedByName: actor.name,
      reviewNote: input.note,
    });
    await resolveAlert(tx, fingerprintOfReview(latch.id), `Reviewed by ${actor.name}.`, actor);
    recordEvent(tx, {
      type: 'risk.false-alarm-reviewed',
      actor,
      subject: { kind: 'latch', id: latch.id },
      portfolioId,
      data: { note: input.note, dueAt: latch.reviewDueAt?.toISOString() ?? null },
    });
    for (const topic of TOPICS) publish(tx, topic);
  });
}

/** Alerts for each false alarm whose review is overdue; returns how many there are. */
export async function tellOverdueReviews(tx: Tx, now: Date): Promise<number> {
  const overdue = await listOverdueReviews(now, tx);
  for (const latch of overdue) {
    await raiseAlert(tx, {
      fingerprint: fingerprintOfReview(latch.id),
      severity: 'high',
      title: 'Review of a false alarm is overdue',
      body: `A halt was lifted before its time: ${latch.reason} A Risk officer, Manager or member of the board who did not lift it looks at the corrected data and closes the review.`,
      portfolioId: latch.scope.portfolioId,
      strategyId: latch.scope.strategyId,
      subject: { kind: 'latch', id: latch.id },
      link: '/risk#restrictions',
      actor: job('limit-checks'),
    });
  }
  return overdue.length;
}
