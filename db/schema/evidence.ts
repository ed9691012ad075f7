import { sql } from 'drizzle-orm';
import { customType, index, integer, jsonb, pgTable, primaryKey, text, uniqueIndex, uuid } from 'drizzle-orm/pg-core';
import { id, instant } from './columns';

const bytes = customType<{ data: Buffer }>({ dataType: () => 'bytea' });

export const files = pgTable('files', {
  id: id(),
  /** Who sees the portfolio sees the file; null for the whole firm. */
  portfolioId: uuid(),
  name: text().notNull(),
  contentType: text().notNull(),
  size: integer().notNull(),
  sha256: text().notNull(),
  uploadedBy: text().notNull(),
  uploadedAt: instant().notNull(),
});

export const fileChunks = pgTable(
  'file_chunks',
  {
    fileId: uuid()
      .notNull()
      .references(() => files.id, { onDelete: 'cascade' }),
    ordinal: integer().notNull(),
    content: bytes().notNull(),
  },
  (t) => [primaryKey({ columns: [t.fileId, t.ordinal] })],
);

/** One strategy's result in one imported file, read in one way. Never changed: read differently, it is a new row. */
export const backtests = pgTable(
  'backtests',
  {
    id: id(),
    fileId: uuid()
      .notNull()
      .references(() => files.id),
    releaseId: uuid().notNull(),
    strategyId: uuid().notNull(),
    portfolioId: uuid().notNull(),
    purpose: text({ enum: ['in-sample', 'out-of-sample', 'walk-forward'] }).notNull(),
    format: text().notNull(),
    nameInFile: text().notNull(),
    /** What the reader chose, and how the file was read in the end. */
    choice: jsonb().notNull(),
    guess: jsonb(),
    statistics: jsonb().notNull(),
    series: jsonb().notNull(),
    warnings: jsonb().notNull(),
    /** Digest of release, file, way of reading and statistics: what an approval or signature binds to. */
    digest: text().notNull(),
    importedBy: text().notNull(),
    importedByName: text().notNull(),
    importedAt: instant().notNull(),
    /** Replaced by another reading of the same file. */
    supersededAt: instant(),
    proposedBy: text(),
    proposedAt: instant(),
    rejectedAt: instant(),
    rejectionReason: text(),
    /** Approved as what the release is expected to do; at most one of a release is current. */
    approvedAt: instant(),
    retiredAt: instant(),
  },
  (t) => [
    index('backtests_release').on(t.releaseId),
    index('backtests_strategy').on(t.strategyId),
    uniqueIndex('backtests_expectation').on(t.releaseId).where(sql`approved_at is not null and retired_at is null`),
  ],
);

export const backtestApprovals = pgTable(
  'backtest_approvals',
  {
    backtestId: uuid()
      .notNull()
      .references(() => backtests.id),
    personId: uuid().notNull(),
    name: text().notNull(),
    roles: text().array().notNull(),
    digest: text().notNull(),
    approvedAt: instant().notNull(),
  },
  (t) => [primaryKey({ columns: [t.backtestId, t.personId] })],
);
