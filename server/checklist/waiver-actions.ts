import 'server-only';
import { fingerprintOf } from '../alerts/fingerprint';
import { raiseAlert } from '../alerts/raise-actions';
import { contentHash } from '../audit/canonical';
import { recordEvent } from '../audit/record';
import { authorize } from '../identity/authorize';
import { consumeStepUp } from '../identity/step-up';
import { type Actor, actorRef, job, type PersonActor, ROLE_LABEL, rolesIn } from '../kernel/actor';
import { DomainError, notFound } from '../kernel/errors';
import { instantText } from '../kernel/format';
import { newId } from '../kernel/ids';
import { inTransaction, readNow, type Tx } from '../kernel/transaction';
import { openItem, publishChange } from './actions';
import { expiredWaivers, findWaiver, insertWaiver, lockWaiver, updateWaiver } from './item-store';
import { probeStanding } from './probe';
import { loadItem, type Place, type WaiverRow } from './store';
import { waiverApproval, waiverDateFault, waiverState } from './waiver';

const about = (place: Pick<Place, 'portfolioId' | 'launchId'>, itemId: string) => ({
  subject: { kind: 'checklist-item', id: itemId },
  portfolioId: place.portfolioId,
  launchId: place.launchId,
});

/** What an approver of a waiver sees and binds to. */
export const waiverHash = (waiver: Pick<WaiverRow, 'id' | 'reason' | 'expiresAt' | 'exemptProbes'>, itemText: string) =>
  contentHash({
    id: waiver.id,
    item: itemText,
    reason: waiver.reason,
    expiresAt: waiver.expiresAt.toISOString(),
    exemptProbes: [...waiver.exemptProbes].sort(),
  });

/**
 * Proposes to exempt a launch from an item until a date, with the probes that are not good now. It counts once people of
 * higher authority have approved it. Throws INVALID for a date in the past or too far away.
 */
export async function proposeWaiver(
  actor: Actor,
  input: { itemId: string; reason: string; expiresAt: Date },
): Promise<string> {
  return inTransaction(async (tx, now) => {
    const { item, place } = await openItem(tx, input.itemId);
    authorize(actor, 'waiver.propose', { portfolioId: place.portfolioId });
    const person = actor as PersonActor;
    const fault = waiverDateFault(input.expiresAt, now);
    if (fault) throw new DomainError('INVALID', fault, { data: { fields: { expiresAt: [fault] } } });
    const { facts } = await loadItem(item, place.portfolioId, tx);
    if (facts.waivers.some((one) => ['proposed', 'in-force'].includes(waiverState(one, now)))) {
      throw new DomainError('WAIVER_EXISTS', 'A waiver of this item is proposed or in force already.');
    }
    const exemptProbes = facts.probes
      .filter((one) => probeStanding(one, now).state !== 'good')
      .map((one) => one.definition.kind);
    const id = newId();
    const waiver = { id, reason: input.reason, expiresAt: input.expiresAt, exemptProbes };
    await insertWaiver(tx, {
      ...waiver,
      itemId: item.id,
      launchId: place.launchId,
      contentHash: waiverHash(waiver, item.text),
      proposedBy: person.personId,
      proposedByName: person.name,
      proposedAt: now,
      approvals: [],
    });
    recordEvent(tx, {
      type: 'waiver.proposed',
      actor,
      ...about(place, item.id),
      data: {
        item: item.number,
        text: item.text,
        reason: input.reason,
        expiresAt: input.expiresAt.toISOString(),
        exemptProbes,
      },
    });
    publishChange(tx);
    return id;
  });
}

async function openWaiver(tx: Tx, waiverId: string) {
  // The item first, as everywhere: two orders of locks would deadlock.
  const known = await findWaiver(waiverId, tx);
  if (!known) throw notFound('The waiver');
  const opened = await openItem(tx, known.itemId);
  const waiver = await lockWaiver(tx, waiverId);
  if (!waiver) throw notFound('The waiver');
  return { ...opened, waiver };
}

/** Approves a waiver with a second factor; the last approval needed puts it in force. Never the proposer. */
export async function approveWaiver(
  actor: Actor,
  input: { waiverId: string; contentHash: string; stepUp: string },
): Promise<{ isGranted: boolean }> {
  return inTransaction(async (tx, now) => {
    const { item, place, waiver } = await openWaiver(tx, input.waiverId);
    authorize(actor, 'waiver.approve', { portfolioId: place.portfolioId });
    const person = actor as PersonActor;
    const hash = waiverHash(waiver, item.text);
    if (hash !== input.contentHash || hash !== waiver.contentHash) {
      throw new DomainError('CONTENT_CHANGED', 'The item or its waiver changed since you opened it. Look again.');
    }
    const roles = rolesIn(person.grants, place.portfolioId);
    const answer = waiverApproval(waiver, item.isCritical, { personId: person.personId, roles }, now);
    if (!answer.may) throw new DomainError(answer.code, answer.why);
    const { factor } = await consumeStepUp(tx, actor, {
      token: input.stepUp,
      operation: 'waiver.approve',
      contentHash: hash,
    });
    const approvals = [
      ...waiver.approvals,
      { personId: person.personId, name: person.name, role: answer.role, at: now.toISOString(), factor },
    ];
    await updateWaiver(tx, waiver.id, { approvals, ...(answer.grants ? { grantedAt: now } : {}) });
    recordEvent(tx, {
      type: answer.grants ? 'waiver.granted' : 'waiver.approved',
      actor,
      ...about(place, item.id),
      data: { item: item.number, text: item.text, role: answer.role, contentHash: hash, factor },
    });
    publishChange(tx);
    return { isGranted: answer.grants };
  });
}

/** Rejects a proposed waiver, with why. */
export async function rejectWaiver(actor: Actor, input: { waiverId: string; why: string }): Promise<void> {
  await settle(actor, input, 'waiver.rejected', 'proposed', (now) => ({ rejectedAt: now, rejectedWhy: input.why }));
}

/** Takes a waiver in force back, with why: the item is open again at once. */
export async function revokeWaiver(actor: Actor, input: { waiverId: string; why: string }): Promise<void> {
  await settle(actor, input, 'waiver.revoked', 'in-force', (now) => ({
    revokedAt: now,
    revokedBy: actorRef(actor),
    revokedWhy: input.why,
  }));
}

async function settle(
  actor: Actor,
  input: { waiverId: string; why: string },
  type: string,
  from: 'proposed' | 'in-force',
  columns: (now: Date) => Partial<WaiverRow>,
): Promise<void> {
  await inTransaction(async (tx, now) => {
    const { item, place, waiver } = await openWaiver(tx, input.waiverId);
    authorize(actor, 'waiver.approve', { portfolioId: place.portfolioId });
    const state = waiverState(waiver, now);
    if (state !== from) throw new DomainError('WAIVER_SETTLED', `This waiver is ${state}. Nothing was changed.`);
    await updateWaiver(tx, waiver.id, columns(now));
    recordEvent(tx, {
      type,
      actor,
      ...about(place, item.id),
      data: { item: item.number, text: item.text, why: input.why },
    });
    publishChange(tx);
  });
}

const EXPIRY = job('waiver-expiry');

/** Notes waivers whose date has passed, and raises an alert for those that were in force. Their items are open already. */
export async function expireWaivers(): Promise<{ expired: number }> {
  const due = await expiredWaivers(await readNow());
  for (const { waiver, item, portfolioId, number } of due) {
    await inTransaction(async (tx, now) => {
      authorize(EXPIRY, 'waiver.approve');
      const held = await lockWaiver(tx, waiver.id);
      if (!held || held.expiredAt || waiverState(held, now) !== 'expired') return;
      await updateWaiver(tx, held.id, { expiredAt: now });
      const place = { portfolioId, launchId: held.launchId };
      recordEvent(tx, {
        type: 'waiver.expired',
        actor: EXPIRY,
        ...about(place, item.id),
        data: { item: item.number, text: item.text, wasInForce: held.grantedAt !== null },
      });
      if (held.grantedAt) {
        await raiseAlert(tx, {
          fingerprint: fingerprintOf('checklist', 'waiver-expired', { kind: 'checklist-item', id: item.id }),
          severity: 'medium',
          title: `Waiver expired: ${item.text}`,
          body: `The waiver in ${number} ended ${instantText(held.expiresAt, 'UTC', now)}. The item is open again (${ROLE_LABEL[item.ownerRole as keyof typeof ROLE_LABEL]}).`,
          portfolioId,
          launchId: held.launchId,
          subject: { kind: 'checklist-item', id: item.id },
          link: `/launches/${held.launchId}/checklist?item=${item.number}`,
          nextStep: 'Sign the item, or have a new waiver approved.',
          actor: EXPIRY,
        });
      }
      publishChange(tx);
    });
  }
  return { expired: due.length };
}
