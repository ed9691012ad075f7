import 'server-only';
import {
  and,
  asc,
  count,
  desc,
  eq,
  gt,
  gte,
  ilike,
  inArray,
  isNull,
  lt,
  or,
  sql as query,
  type SQL,
} from 'drizzle-orm';
import { type Db, db, type Tx } from '@/db/client';
import { eventHead, events, headExports, type telemetrySeals } from '@/db/schema';
import type { Head } from './chain';

type From = Db | Tx;
export type Event = typeof events.$inferSelect;
export type HeadExport = typeof headExports.$inferSelect;
export type TelemetrySeal = typeof telemetrySeals.$inferSelect;

export type EventFilter = {
  /** A person, action, subject or hash, or part of one. */
  text?: string;
  actor?: string;
  type?: string;
  from?: Date;
  to?: Date;
  /** Entries before this number. */
  before?: number;
  /** Portfolios the asker sees; null for all. Entries of no portfolio are everyone's. */
  visible: string[] | null;
};

/** Escapes what LIKE would read as a pattern. */
const part = (text: string) => `%${text.replaceAll(/[\\%_]/g, '\\$&')}%`;

function matching(filter: EventFilter): SQL | undefined {
  const { text, actor, type, from, to, before, visible } = filter;
  return and(
    visible === null ? undefined : or(isNull(events.portfolioId), inArray(events.portfolioId, visible)),
    actor ? eq(events.actor, actor) : undefined,
    type ? eq(events.type, type) : undefined,
    from ? gte(events.occurredAt, from) : undefined,
    to ? lt(events.occurredAt, to) : undefined,
    before === undefined ? undefined : lt(events.seq, before),
    text
      ? or(
          ilike(events.actorName, part(text)),
          ilike(events.type, part(text)),
          ilike(events.subjectId, part(text)),
          ilike(events.hash, `${text.replace(/^sha256:/, '').replaceAll(/[\\%_]/g, '\\$&')}%`),
          ilike(events.content, part(text)),
          /^\d{1,15}$/.test(text) ? eq(events.seq, Number(text)) : undefined,
        )
      : undefined,
  );
}

/** Entries that match, the newest first. */
export async function findEvents(filter: EventFilter, limit: number): Promise<Event[]> {
  return db.select().from(events).where(matching(filter)).orderBy(desc(events.seq)).limit(limit);
}

/** Entries from number `after` on, in the chain's order. */
export async function eventsAfter(after: number, limit: number, from: From = db): Promise<Event[]> {
  return from.select().from(events).where(gt(events.seq, after)).orderBy(asc(events.seq)).limit(limit);
}

export async function findEvent(seq: number, visible: string[] | null): Promise<Event | null> {
  const [row] = await db
    .select()
    .from(events)
    .where(and(eq(events.seq, seq), matching({ visible })));
  return row ?? null;
}

/** The hash of the entry after this one, for drawing its link; null at the head. */
export async function linkAfter(seq: number): Promise<{ hash: string; previousHash: string } | null> {
  const [row] = await db
    .select({ hash: events.hash, previousHash: events.previousHash })
    .from(events)
    .where(eq(events.seq, seq + 1));
  return row ?? null;
}

export async function readHead(from: From = db): Promise<Head> {
  const [row] = await from.select({ seq: eventHead.seq, hash: eventHead.hash }).from(eventHead);
  if (!row) throw new Error('the event chain has no head');
  return row;
}

/** One snapshot of the chain for as long as `work` reads it, so that entries appended meanwhile do not count as faults. */
export async function readingChain<T>(work: (tx: Tx) => Promise<T>): Promise<T> {
  return db.transaction(work, { isolationLevel: 'repeatable read', accessMode: 'read only' });
}

export type Subject = { subjectKind: string; subjectId: string } | { launchId: string } | { portfolioId: string };

/** Entries about one thing, the newest first. */
export async function findEventsOf(subject: Subject, limit: number, before?: number): Promise<Event[]> {
  const about =
    'launchId' in subject
      ? eq(events.launchId, subject.launchId)
      : 'portfolioId' in subject
        ? eq(events.portfolioId, subject.portfolioId)
        : and(eq(events.subjectKind, subject.subjectKind), eq(events.subjectId, subject.subjectId));
  return db
    .select()
    .from(events)
    .where(and(about, before === undefined ? undefined : lt(events.seq, before)))
    .orderBy(desc(events.seq))
    .limit(limit);
}

/** Who acts and what happens in the log, by how often; for the filters. */
export async function eventFacets(): Promise<{ actors: { ref: string; name: string }[]; types: string[] }> {
  const [actors, types] = await Promise.all([
    db
      .select({ ref: events.actor, name: query<string>`max(${events.actorName})`, n: count() })
      .from(events)
      .groupBy(events.actor)
      .orderBy(desc(count()))
      .limit(100),
    db.selectDistinct({ type: events.type }).from(events).orderBy(asc(events.type)).limit(300),
  ]);
  return { actors: actors.map(({ ref, name }) => ({ ref, name })), types: types.map(({ type }) => type) };
}

export async function insertHeadExport(tx: Tx, row: typeof headExports.$inferInsert): Promise<void> {
  await tx.insert(headExports).values(row);
}

export async function exportedHeads(from: From = db): Promise<Head[]> {
  return from
    .selectDistinct({ seq: headExports.seq, hash: headExports.hash })
    .from(headExports)
    .where(eq(headExports.ok, true));
}

export async function lastHeadExport(): Promise<HeadExport | null> {
  const [row] = await db.select().from(headExports).orderBy(desc(headExports.exportedAt)).limit(1);
  return row ?? null;
}
