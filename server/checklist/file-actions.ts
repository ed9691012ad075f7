import 'server-only';
import { sha256Hex } from '../audit/canonical';
import { recordEvent } from '../audit/record';
import { fileStore } from '../evidence/file-store';
import { authorize } from '../identity/authorize';
import { type Actor, actorRef } from '../kernel/actor';
import { DomainError, notFound } from '../kernel/errors';
import { newId } from '../kernel/ids';
import { inTransaction } from '../kernel/transaction';
import { attachIn, openItem } from './actions';
import { findItem } from './item-store';
import { placeOf } from './store';

/** Refuses who may not attach to this item, before anything of a file is read. */
export async function authorizeAttach(actor: Actor, itemId: string): Promise<void> {
  const item = UUID.test(itemId) ? await findItem(itemId) : null;
  const place = item && (await placeOf(item.launchId));
  if (!place) throw notFound('The checklist item');
  authorize(actor, 'checklist.attach', { portfolioId: place.portfolioId, keyScope: 'evidence:write' });
}
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** Stores a file and attaches it to an item, both or neither; gives the id of the attachment. */
export async function attachFile(
  actor: Actor,
  input: { itemId: string; name: string; bytes: Buffer },
): Promise<string> {
  if (input.bytes.length === 0) throw new DomainError('INVALID', 'The file is empty. Choose the one you meant.');
  return inTransaction(async (tx, now) => {
    const { item, place } = await openItem(tx, input.itemId);
    authorize(actor, 'checklist.attach', { portfolioId: place.portfolioId, keyScope: 'evidence:write' });
    const file = {
      id: newId(),
      portfolioId: place.portfolioId,
      name: input.name.replaceAll(/[\\/\p{Cc}]/gu, '_'),
      // Served as a download whatever it holds: nothing of a stranger's file runs in our pages.
      contentType: 'application/octet-stream',
      size: input.bytes.length,
      sha256: sha256Hex(input.bytes),
      uploadedBy: actorRef(actor),
      uploadedAt: now,
    };
    await fileStore.write(tx, file, input.bytes);
    recordEvent(tx, {
      type: 'file.stored',
      actor,
      subject: { kind: 'file', id: file.id },
      portfolioId: place.portfolioId,
      launchId: place.launchId,
      data: { name: file.name, size: file.size, sha256: file.sha256 },
    });
    return attachIn(tx, actor, { item, place, evidence: { kind: 'file', fileId: file.id }, now });
  });
}
