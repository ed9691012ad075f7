import 'server-only';
import { and, desc, eq, inArray, isNull, or } from 'drizzle-orm';
import { db } from '@/db/client';
import { incidents, timelineNotes } from '@/db/schema';
import type { Tx } from '../kernel/transaction';

export type IncidentRow = typeof incidents.$inferSelect;
export type NoteRow = typeof timelineNotes.$inferSelect;
type Reader = Tx | typeof db;

export async function findIncident(id: string, from: Reader = db): Promise<IncidentRow | undefined> {
  const [row] = await from.select().from(incidents).where(eq(incidents.id, id));
  return row;
}

export async function findIncidentOf(emergencyId: string, from: Reader = db): Promise<IncidentRow | undefined> {
  const [row] = await from.select().from(incidents).where(eq(incidents.emergencyId, emergencyId));
  return row;
}

/** Incidents of these portfolios (null: all) and of the firm, newest first. */
export async function listIncidents(portfolioIds: string[] | null, limit = 100): Promise<IncidentRow[]> {
  const seen =
    portfolioIds === null
      ? undefined
      : or(
          isNull(incidents.portfolioId),
          inArray(incidents.portfolioId, portfolioIds.length ? portfolioIds : ['00000000-0000-0000-0000-000000000000']),
        );
  return db.select().from(incidents).where(seen).orderBy(desc(incidents.openedAt)).limit(limit);
}

export async function insertIncident(tx: Tx, row: typeof incidents.$inferInsert): Promise<void> {
  await tx.insert(incidents).values(row);
}

export async function lockIncident(tx: Tx, id: string): Promise<IncidentRow | undefined> {
  const [row] = await tx.select().from(incidents).where(eq(incidents.id, id)).for('update');
  return row;
}

export async function updateIncident(tx: Tx, id: string, change: Partial<IncidentRow>): Promise<void> {
  await tx.update(incidents).set(change).where(eq(incidents.id, id));
}

export async function insertNote(tx: Tx, row: typeof timelineNotes.$inferInsert): Promise<void> {
  await tx.insert(timelineNotes).values(row);
}

export async function listNotes(subject: { kind: string; id: string }, from: Reader = db): Promise<NoteRow[]> {
  return from
    .select()
    .from(timelineNotes)
    .where(and(eq(timelineNotes.subjectKind, subject.kind), eq(timelineNotes.subjectId, subject.id)))
    .orderBy(desc(timelineNotes.occurredAt));
}

export async function pinNote(tx: Tx, id: string, pinned: boolean): Promise<NoteRow | undefined> {
  const [row] = await tx.update(timelineNotes).set({ pinned }).where(eq(timelineNotes.id, id)).returning();
  return row;
}
