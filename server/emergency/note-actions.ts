import 'server-only';
import { recordEvent } from '../audit/record';
import { authorize } from '../identity/authorize';
import { insertNote, pinNote } from '../incidents/store';
import type { PersonActor } from '../kernel/actor';
import { notFound } from '../kernel/errors';
import { newId } from '../kernel/ids';
import { inTransaction, publish, type Tx } from '../kernel/transaction';
import { findEmergency } from './store';

const tell = (tx: Tx) => {
  publish(tx, 'emergency');
  publish(tx, 'incidents');
};

/** A person's note on the timeline of an emergency; `occurredAt` may lie before it was written. */
export async function addNote(
  actor: PersonActor,
  note: { emergencyId: string; text: string; occurredAt?: Date },
): Promise<string> {
  const id = newId();
  await inTransaction(async (tx, now) => {
    const row = await findEmergency(note.emergencyId, tx);
    if (!row) throw notFound('The emergency');
    authorize(actor, 'alert.acknowledge', { portfolioId: row.portfolioId ?? undefined });
    const occurredAt = note.occurredAt && note.occurredAt < now ? note.occurredAt : now;
    await insertNote(tx, {
      id,
      subjectKind: 'emergency',
      subjectId: row.id,
      text: note.text,
      pinned: false,
      occurredAt,
      recordedAt: now,
      authorId: actor.personId,
      authorName: actor.name,
    });
    recordEvent(tx, {
      type: 'emergency.noted',
      actor,
      subject: { kind: 'emergency', id: row.id },
      portfolioId: row.portfolioId,
      occurredAt,
      data: { noteId: id, text: note.text },
    });
    tell(tx);
  });
  return id;
}

/** Keeps a note at the top of the timeline, or lets it go. */
export async function setPinned(actor: PersonActor, pin: { noteId: string; pinned: boolean }): Promise<void> {
  await inTransaction(async (tx) => {
    const note = await pinNote(tx, pin.noteId, pin.pinned);
    const row = note && (await findEmergency(note.subjectId, tx));
    if (!row) throw notFound('The note');
    authorize(actor, 'alert.acknowledge', { portfolioId: row.portfolioId ?? undefined });
    recordEvent(tx, {
      type: pin.pinned ? 'emergency.note-pinned' : 'emergency.note-unpinned',
      actor,
      subject: { kind: note.subjectKind, id: note.subjectId },
      portfolioId: row.portfolioId,
      data: { noteId: note.id },
    });
    tell(tx);
  });
}
