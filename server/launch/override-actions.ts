import 'server-only';
import { fingerprintOf } from '../alerts/fingerprint';
import { raiseAlert } from '../alerts/raise-actions';
import { recordEvent } from '../audit/record';
import { holdItems } from '../checklist/item-store';
import { authorize } from '../identity/authorize';
import { consumeStepUp } from '../identity/step-up';
import { type Actor, type PersonActor, rolesIn } from '../kernel/actor';
import { DomainError, notFound } from '../kernel/errors';
import { newId } from '../kernel/ids';
import { inTransaction } from '../kernel/transaction';
import { aboutLaunch, lockNamed, publishLaunch } from './actions';
import { breakGlass, passedText, reviewDueAt, reviewFault } from './break-glass';
import { loadGate } from './facts-store';
import { changedContent, leadsTo, passThrough, requireNext } from './gate-actions';
import type { Gate } from './policy';
import { closeReview, findLaunch, insertReview, lockReview } from './store';

/**
 * One person's override of a closed gate, with a second factor and a reason. It is loud: an alert, a banner, and a review
 * that another risk officer, manager or board member must close within two business days.
 */
export async function overrideGate(
  actor: Actor,
  input: { launchId: string; gate: Gate; reason: string; contentHash: string; stepUp: string },
): Promise<{ message: string }> {
  return inTransaction(async (tx, now) => {
    const named = await lockNamed(tx, input.launchId);
    const { launch } = named;
    authorize(actor, 'launch.break-glass', { portfolioId: launch.portfolioId });
    const person = actor as PersonActor;
    requireNext(named, input.gate);
    await holdItems(tx, launch.id);
    const loaded = await loadGate(named, input.gate, now, { executorId: person.personId }, tx);
    const answer = breakGlass(loaded.facts, {
      id: person.personId,
      isOwner: named.ownerId === person.personId,
      isProposer: launch.openedBy === person.personId,
    });
    if (!answer.may)
      throw new DomainError(answer.code, answer.why, { data: { blockers: 'hard' in answer ? answer.hard : [] } });
    // A probe that turned bad while the confirmation was open is something this person has not weighed.
    if (answer.hash !== input.contentHash) throw changedContent();
    const { factor } = await consumeStepUp(tx, actor, {
      token: input.stepUp,
      operation: 'launch.break-glass',
      contentHash: answer.hash,
    });
    const passed = answer.passed.map(passedText);
    const dueAt = reviewDueAt(now);
    await insertReview(tx, {
      id: newId(),
      launchId: launch.id,
      gate: input.gate,
      reason: input.reason,
      blockers: passed,
      personId: person.personId,
      at: now,
      dueAt,
    });
    recordEvent(tx, {
      type: 'launch.gate-overridden',
      actor,
      ...aboutLaunch(launch),
      data: {
        number: launch.number,
        gate: input.gate,
        reason: input.reason,
        blockers: passed,
        unknown: answer.passed.filter((one) => one.certainty === 'unknown').map(passedText),
        contentHash: answer.hash,
        factor,
        dueAt: dueAt.toISOString(),
      },
    });
    const message = await passThrough(tx, named, loaded, { actor, now, breakGlass: input.reason });
    // Not tied to the launch: the alert is about a decision of people and must not pause the soak that follows.
    await raiseAlert(tx, {
      fingerprint: fingerprintOf('launch', `override-${input.gate}`, { kind: 'launch', id: launch.id }),
      severity: 'high',
      title: `${person.name} overrode the gate of ${launch.number} to ${leadsTo(input.gate)}`,
      body: `${input.reason} Passed over: ${passed.join(' ')}`,
      portfolioId: launch.portfolioId,
      strategyId: launch.strategyId,
      subject: { kind: 'launch', id: launch.id },
      link: `/launches/${launch.id}`,
      nextStep: 'Another risk officer, manager or board member reviews it within two business days.',
      actor,
    });
    return { message };
  });
}

/** Closes the review of an override with a finding; never the person who made it. */
export async function closeOverrideReview(actor: Actor, input: { reviewId: string; finding: string }): Promise<void> {
  await inTransaction(async (tx, now) => {
    const review = await lockReview(tx, input.reviewId);
    const launch = review && (await findLaunch(review.launchId, tx));
    if (!review || !launch) throw notFound('The review');
    authorize(actor, 'incident.close', { portfolioId: launch.portfolioId });
    const person = actor as PersonActor;
    const fault = reviewFault(review.personId, person.personId);
    if (fault) throw new DomainError('SELF_APPROVAL', fault);
    if (review.closedAt) throw new DomainError('REVIEW_CLOSED', 'This review is closed already.');
    await closeReview(tx, review.id, { closedBy: person.personId, closedAt: now, finding: input.finding });
    recordEvent(tx, {
      type: 'launch.override-reviewed',
      actor,
      ...aboutLaunch(launch),
      data: { gate: review.gate, finding: input.finding, roles: rolesIn(person.grants, launch.portfolioId) },
    });
    publishLaunch(tx);
  });
}
