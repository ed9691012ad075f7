import 'server-only';
import { recordEvent } from '../audit/record';
import { type Actor, actorRef } from '../kernel/actor';
import { newId } from '../kernel/ids';
import { nextNumber, publish, readNow, type Tx } from '../kernel/transaction';
import { findIncidentOf, insertIncident, lockIncident, updateIncident } from './store';

/** Opens the incident of an emergency in the caller's transaction, once; returns its id. */
export async function openIncident(
  tx: Tx,
  about: {
    title: string;
    emergencyId: string;
    portfolioId: string | null;
    severity: string;
    actor: Actor;
    openedAt?: Date;
  },
): Promise<string> {
  const before = await findIncidentOf(about.emergencyId, tx);
  if (before) return before.id;
  const id = newId();
  const number = await nextNumber(tx, 'incident');
  await insertIncident(tx, {
    id,
    number,
    title: about.title,
    emergencyId: about.emergencyId,
    portfolioId: about.portfolioId,
    severity: about.severity,
    state: 'open',
    openedAt: about.openedAt ?? (await readNow(tx)),
    openedBy: actorRef(about.actor),
  });
  recordEvent(tx, {
    type: 'incident.opened',
    actor: about.actor,
    subject: { kind: 'incident', id },
    portfolioId: about.portfolioId,
    data: { number, title: about.title, emergencyId: about.emergencyId },
    occurredAt: about.openedAt,
  });
  publish(tx, 'incidents');
  return id;
}

/** The emergency of an incident is over: its review begins. */
export async function beginReview(tx: Tx, emergencyId: string, actor: Actor): Promise<void> {
  const incident = await findIncidentOf(emergencyId, tx);
  const locked = incident && (await lockIncident(tx, incident.id));
  if (locked?.state !== 'open') return;
  await updateIncident(tx, locked.id, { state: 'in-review' });
  recordEvent(tx, {
    type: 'incident.review-begun',
    actor,
    subject: { kind: 'incident', id: locked.id },
    portfolioId: locked.portfolioId,
  });
  publish(tx, 'incidents');
}
