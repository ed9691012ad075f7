import 'server-only';
import { recordEvent } from '../audit/record';
import { authorize } from '../identity/authorize';
import { consumeStepUp } from '../identity/step-up';
import { type Actor, actorRef, type PersonActor, rolesIn } from '../kernel/actor';
import { DomainError, notFound } from '../kernel/errors';
import { newId } from '../kernel/ids';
import { inTransaction, publish, type Tx } from '../kernel/transaction';
import { itemContent } from './content';
import { type EvidenceInput, evidenceOf } from './evidence-store';
import {
  findItem,
  insertAttachment,
  insertAttestation,
  lockAttachment,
  lockItem,
  removeAttachment,
  updateItem,
} from './item-store';
import { attestedStatement, signatureNeed, signingAnswer } from './rules';
import { resettle } from './settle-actions';
import { type ItemRow, loadItem, type Place, placeOf } from './store';

/** The item, locked, with its launch; refuses a launch that is closed. */
export async function openItem(tx: Tx, itemId: string): Promise<{ item: ItemRow; place: Place }> {
  const item = await lockItem(tx, itemId);
  if (!item) throw notFound('The checklist item');
  const place = await placeOf(item.launchId, tx);
  if (!place) throw notFound('The launch');
  if (place.status === 'aborted' || place.status === 'finished') {
    throw new DomainError('LAUNCH_CLOSED', `${place.number} is ${place.status}: its checklist is a record now.`);
  }
  return { item, place };
}

const about = (place: Place, itemId: string) => ({
  subject: { kind: 'checklist-item', id: itemId },
  portfolioId: place.portfolioId,
  launchId: place.launchId,
});

export const TOPICS = ['checklist', 'launches'] as const;
export const publishChange = (tx: Tx) => {
  for (const topic of TOPICS) publish(tx, topic);
};

/**
 * Attaches evidence to an item: a text, a link, a stored file or an imported backtest. Signatures given without it are
 * void from here on. Throws NOT_FOUND for a file or import that is not there, OTHER_STRATEGY for a stranger's import.
 */
export async function attachEvidence(actor: Actor, input: EvidenceInput & { itemId: string }): Promise<string> {
  return inTransaction(async (tx, now) => {
    const { item, place } = await openItem(tx, input.itemId);
    authorize(actor, 'checklist.attach', { portfolioId: place.portfolioId, keyScope: 'evidence:write' });
    return attachIn(tx, actor, { item, place, evidence: input, now });
  });
}

/** The same inside a transaction that has locked the item and authorised the actor. */
export async function attachIn(
  tx: Tx,
  actor: Actor,
  input: { item: ItemRow; place: Place; evidence: EvidenceInput; now: Date },
): Promise<string> {
  const { item, place, now } = input;
  const evidence = await evidenceOf(tx, input.evidence, place);
  const id = newId();
  await insertAttachment(tx, {
    id,
    itemId: item.id,
    ...evidence,
    authorId: actor.kind === 'person' ? actor.personId : NOBODY,
    authorName: actor.name,
    attachedAt: now,
  });
  recordEvent(tx, {
    type: 'checklist.evidence-attached',
    actor,
    ...about(place, item.id),
    data: { item: item.number, text: item.text, kind: evidence.kind, body: evidence.body, digest: evidence.digest },
  });
  await resettle(tx, { item, place, by: actor, what: 'attached evidence', now });
  publishChange(tx);
  return id;
}
/** Evidence of a machine has no person as its author. */
const NOBODY = '00000000-0000-0000-0000-000000000000';

/** Takes evidence back. It stays in the record; signatures that rested on it are void. */
export async function removeEvidence(actor: Actor, attachmentId: string): Promise<void> {
  await inTransaction(async (tx, now) => {
    const attachment = await lockAttachment(tx, attachmentId);
    if (!attachment) throw notFound('The evidence');
    const { item, place } = await openItem(tx, attachment.itemId);
    authorize(actor, 'checklist.attach', { portfolioId: place.portfolioId });
    if (attachment.removedAt) return;
    await removeAttachment(tx, attachmentId, now, actorRef(actor));
    recordEvent(tx, {
      type: 'checklist.evidence-removed',
      actor,
      ...about(place, item.id),
      data: { item: item.number, text: item.text, kind: attachment.kind, digest: attachment.digest },
    });
    await resettle(tx, { item, place, by: actor, what: 'removed evidence', now });
    publishChange(tx);
  });
}

/**
 * A person's attestation on an item, with a fresh second factor, bound to the hash of exactly what was shown.
 *
 * Throws CONTENT_CHANGED when the item changed since, STEP_UP_REQUIRED without a factor for this content, and what
 * `signingAnswer` refuses: ALREADY_SIGNED, WRONG_ROLE, NOT_VERIFIED, NO_EVIDENCE, ITEM_FAILED.
 */
export async function signOff(
  actor: Actor,
  input: { itemId: string; contentHash: string; note: string; stepUp: string },
): Promise<{ isComplete: boolean; message: string }> {
  return inTransaction(async (tx, now) => {
    const { item, place } = await openItem(tx, input.itemId);
    authorize(actor, 'checklist.sign', { portfolioId: place.portfolioId });
    const person = actor as PersonActor;
    const { facts } = await loadItem(item, place.portfolioId, tx);
    if (facts.hash !== input.contentHash) {
      throw new DomainError(
        'CONTENT_CHANGED',
        'The item or its evidence changed since you opened it. Look again and sign.',
      );
    }
    const signer = { personId: person.personId, roles: rolesIn(person.grants, place.portfolioId) };
    const answer = signingAnswer(facts, signer, now);
    if (!answer.may) throw new DomainError(answer.code, answer.why, { kind: 'conflict' });
    const { factor } = await consumeStepUp(tx, actor, {
      token: input.stepUp,
      operation: 'checklist.sign',
      contentHash: facts.hash,
    });
    const attestation = {
      id: newId(),
      itemId: item.id,
      launchId: place.launchId,
      personId: person.personId,
      personName: person.name,
      role: answer.role,
      statement: attestedStatement(item, `${place.strategyName} ${place.version}`),
      note: input.note,
      contentHash: facts.hash,
      content: itemContent(item, facts.evidence, facts.probes),
      factor,
      signedAt: now,
    };
    await insertAttestation(tx, attestation);
    recordEvent(tx, {
      type: 'checklist.signed-off',
      actor,
      ...about(place, item.id),
      data: {
        item: item.number,
        text: item.text,
        role: answer.role,
        statement: attestation.statement,
        note: input.note,
        contentHash: facts.hash,
        factor,
      },
    });
    await resettle(tx, { item, place, by: actor, what: 'signed', now });
    publishChange(tx);
    const after = signatureNeed((await loadItem(item, place.portfolioId, tx)).facts);
    return { isComplete: after.isComplete, message: answer.effect };
  });
}

/** Marks an item as failed, with why: it shuts every gate until it is cleared. */
export async function failItem(actor: Actor, input: { itemId: string; why: string }): Promise<void> {
  await mark(actor, input.itemId, 'checklist.item-failed', input.why, (now) => ({
    failedAt: now,
    failedWhy: input.why,
  }));
}

/** Takes the mark of failure back, with what was put right. */
export async function clearFailure(actor: Actor, input: { itemId: string; why: string }): Promise<void> {
  await mark(actor, input.itemId, 'checklist.failure-cleared', input.why, () => ({ failedAt: null, failedWhy: null }));
}

async function mark(
  actor: Actor,
  itemId: string,
  type: string,
  why: string,
  change: (now: Date) => Partial<ItemRow>,
): Promise<void> {
  const known = await findItem(itemId);
  if (!known) throw notFound('The checklist item');
  await inTransaction(async (tx, now) => {
    const { item, place } = await openItem(tx, itemId);
    authorize(actor, 'checklist.sign', { portfolioId: place.portfolioId });
    await updateItem(tx, item.id, change(now));
    recordEvent(tx, { type, actor, ...about(place, item.id), data: { item: item.number, text: item.text, why } });
    publishChange(tx);
  });
}
