import { boolean, customType, index, integer, jsonb, pgTable, primaryKey, text, uuid } from 'drizzle-orm/pg-core';
import { id, instant } from './columns';

const bytes = customType<{ data: Buffer }>({ dataType: () => 'bytea' });

export const files = pgTable('files', {
  id: id(),
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

/** One strategy's result in one imported file. */
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
    format: text().notNull(),
    nameInFile: text().notNull(),
    options: jsonb().notNull(),
    statistics: jsonb().notNull(),
    series: jsonb().notNull(),
    warnings: jsonb().$type<{ field: string; message: string }[]>().notNull(),
    /** Digest of file, options and statistics: what a sign-off binds to. */
    digest: text().notNull(),
    importedBy: text().notNull(),
    importedAt: instant().notNull(),
    isExpectation: boolean().notNull().default(false),
    approvedBy: text(),
    approvedAt: instant(),
  },
  (t) => [index('backtests_release').on(t.releaseId), index('backtests_strategy').on(t.strategyId)],
);
