import 'server-only';
import { and, asc, eq, gt, gte, inArray, sql } from 'drizzle-orm';
import { db } from '@/db/client';
import { emergencies, eventHead, events, reactionCursors } from '@/db/schema';
import type { Tx } from '../kernel/transaction';
import type { LoggedEvent } from './reaction';

type Reader = Tx | typeof db;

/** Sequence number of the newest event. */
export async function findHead(from: Reader = db): Promise<number> {
  const [row] = await from.select({ seq: eventHead.seq }).from(eventHead).where(eq(eventHead.id, 1));
  return row?.seq ?? 0;
}

export type Cursor = { name: string; seq: number; error: string | null };

export async function findCursors(from: Reader = db): Promise<Cursor[]> {
  return from
    .select({ name: reactionCursors.name, seq: reactionCursors.seq, error: reactionCursors.error })
    .from(reactionCursors);
}

/** Where a reaction begins that has never run: at the start of the log, so that nothing is missed. */
export async function ensureCursor(name: string): Promise<void> {
  await db.insert(reactionCursors).values({ name, seq: 0, updatedAt: sql`app.protocol_now()` }).onConflictDoNothing();
}

export async function readCursor(name: string): Promise<number> {
  const [row] = await db
    .select({ seq: reactionCursors.seq })
    .from(reactionCursors)
    .where(eq(reactionCursors.name, name));
  return row?.seq ?? 0;
}

/** The next events of these types after a cursor, oldest first. */
export async function findEventsAfter(seq: number, types: string[], limit: number): Promise<LoggedEvent[]> {
  const rows = await db
    .select()
    .from(events)
    .where(and(gt(events.seq, seq), inArray(events.type, types)))
    .orderBy(asc(events.seq))
    .limit(limit);
  return rows.map((row) => ({
    seq: row.seq,
    id: row.id,
    type: row.type,
    actor: row.actor,
    actorName: row.actorName,
    subject: { kind: row.subjectKind, id: row.subjectId },
    portfolioId: row.portfolioId,
    launchId: row.launchId,
    occurredAt: row.occurredAt,
    data: ((JSON.parse(row.content) as { data?: Record<string, unknown> }).data ?? {}) as Record<string, unknown>,
  }));
}

/** Moves a cursor on, never back, whichever of two processes comes last. */
export async function advanceCursor(name: string, seq: number): Promise<void> {
  await db
    .update(reactionCursors)
    .set({ seq: sql`greatest(${reactionCursors.seq}, ${seq})`, error: null, updatedAt: sql`app.protocol_now()` })
    .where(eq(reactionCursors.name, name));
}

export async function noteFailure(name: string, error: string): Promise<void> {
  await db
    .update(reactionCursors)
    .set({ error, updatedAt: sql`app.protocol_now()` })
    .where(eq(reactionCursors.name, name));
}

/** Events of these types that a cursor has not passed. */
export async function countBehind(seq: number, types: string[], from: Reader = db): Promise<number> {
  const rows = await from
    .select({ n: sql<number>`count(*)::int` })
    .from(events)
    .where(and(gt(events.seq, seq), inArray(events.type, types)));
  return rows[0]?.n ?? 0;
}

/** Was an emergency with exactly this reason started since then? */
export async function hasEmergencyFor(reason: string, since: Date): Promise<boolean> {
  const rows = await db
    .select({ id: emergencies.id })
    .from(emergencies)
    .where(and(eq(emergencies.reason, reason), gte(emergencies.recordedAt, since)))
    .limit(1);
  return rows.length > 0;
}
