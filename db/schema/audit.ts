import { bigint, boolean, index, integer, pgTable, text, unique, uuid } from 'drizzle-orm/pg-core';
import { id, instant } from './columns';

/** Append-only: written by app.append_event alone. `content` is the RFC 8785 text that was hashed. */
export const events = pgTable(
  'events',
  {
    seq: bigint({ mode: 'number' }).primaryKey(),
    id: uuid().notNull().unique(),
    type: text().notNull(),
    actor: text().notNull(),
    actorName: text().notNull(),
    subjectKind: text().notNull(),
    subjectId: text().notNull(),
    portfolioId: uuid(),
    launchId: uuid(),
    occurredAt: instant().notNull(),
    recordedAt: instant().notNull(),
    content: text().notNull(),
    previousHash: text().notNull(),
    hash: text().notNull(),
  },
  (t) => [
    index('events_subject').on(t.subjectKind, t.subjectId, t.seq),
    index('events_launch').on(t.launchId, t.seq),
    index('events_portfolio').on(t.portfolioId, t.seq),
    index('events_type').on(t.type, t.seq),
  ],
);

export const eventHead = pgTable('event_head', {
  id: integer().primaryKey(),
  seq: bigint({ mode: 'number' }).notNull(),
  hash: text().notNull(),
});

/** Heads that were exported, so that a cut tail is found. */
export const headExports = pgTable('head_exports', {
  id: id(),
  seq: bigint({ mode: 'number' }).notNull(),
  hash: text().notNull(),
  exportedAt: instant().notNull(),
  target: text().notNull(),
  ok: boolean().notNull(),
  error: text(),
});

/** One seal per portfolio, kind and minute: count and Merkle root of telemetry, itself an event in the chain. */
export const telemetrySeals = pgTable(
  'telemetry_seals',
  {
    id: id(),
    kind: text().notNull(),
    portfolioId: uuid(),
    minute: instant().notNull(),
    count: integer().notNull(),
    merkleRoot: text().notNull(),
    eventId: uuid().notNull(),
    sealedAt: instant().notNull(),
  },
  (t) => [unique('telemetry_seals_minute').on(t.portfolioId, t.kind, t.minute).nullsNotDistinct()],
);

/** How far each reaction has consumed the event log. */
export const reactionCursors = pgTable('reaction_cursors', {
  name: text().primaryKey(),
  seq: bigint({ mode: 'number' }).notNull(),
  updatedAt: instant().notNull(),
  error: text(),
});
