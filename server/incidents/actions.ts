import 'server-only';
import { z } from 'zod';
import { recordEvent } from '../audit/record';
import { authorize } from '../identity/authorize';
import type { Action } from '../identity/permissions';
import { actorRef, type PersonActor } from '../kernel/actor';
import { DomainError, notFound } from '../kernel/errors';
import { newId } from '../kernel/ids';
import { inTransaction, publish } from '../kernel/transaction';
import { closingBlocker } from './closing';
import { FollowUp } from './follow-up';
import { type IncidentRow, lockIncident, updateIncident } from './store';

type Change = { event: string; set: Partial<IncidentRow>; data?: Record<string, unknown> };

async function change(
  actor: PersonActor,
  id: string,
  action: Action,
  decide: (row: IncidentRow, followUps: FollowUp[], now: Date) => Change,
): Promise<void> {
  await inTransaction(async (tx, now) => {
    const row = await lockIncident(tx, id);
    if (!row) throw notFound('The incident');
    authorize(actor, action, { portfolioId: row.portfolioId });
    if (row.state === 'closed')
      throw new DomainError('INCIDENT_CLOSED', 'This incident is closed; its record no longer changes.');
    const { event, set, data } = decide(row, z.array(FollowUp).parse(row.followUps), now);
    await updateIncident(tx, id, set);
    recordEvent(tx, {
      type: event,
      actor,
      subject: { kind: 'incident', id },
      portfolioId: row.portfolioId,
      data: { number: row.number, ...data },
    });
    publish(tx, 'incidents');
  });
}

export const saveReview = (actor: PersonActor, input: { incidentId: string; text: string }): Promise<void> =>
  change(actor, input.incidentId, 'incident.open', () => ({
    event: 'incident.review-saved',
    set: { review: input.text },
    data: { text: input.text },
  }));

export const addFollowUp = (
  actor: PersonActor,
  input: { incidentId: string; text: string; gates: boolean },
): Promise<void> =>
  change(actor, input.incidentId, 'incident.open', (_row, followUps) => {
    const item: FollowUp = { id: newId(), text: input.text, gates: input.gates, doneAt: null, doneBy: null };
    return { event: 'incident.follow-up-added', set: { followUps: [...followUps, item] }, data: { followUp: item } };
  });

export const settleFollowUp = (actor: PersonActor, input: { incidentId: string; followUpId: string }): Promise<void> =>
  change(actor, input.incidentId, 'incident.open', (_row, followUps, now) => {
    const item = followUps.find(({ id }) => id === input.followUpId);
    if (!item) throw notFound('The follow-up');
    const done = { ...item, doneAt: now.toISOString(), doneBy: actor.name };
    return {
      event: 'incident.follow-up-done',
      set: { followUps: followUps.map((held) => (held.id === item.id ? done : held)) },
      data: { followUp: done },
    };
  });

/** Ends an incident once its review is written and nothing gates it; never by who started the emergency. */
export const closeIncident = (actor: PersonActor, input: { incidentId: string }): Promise<void> =>
  change(actor, input.incidentId, 'incident.close', (row, followUps, now) => {
    const blocker = closingBlocker({ ...row, followUps });
    if (blocker) throw new DomainError('NOT_CLOSABLE', blocker);
    if (row.openedBy === actorRef(actor))
      throw new DomainError('SELF_APPROVAL', 'You opened this incident: another person closes its review.');
    return { event: 'incident.closed', set: { state: 'closed', closedAt: now, closedBy: actorRef(actor) } };
  });
