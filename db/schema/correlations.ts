import { integer, pgTable, primaryKey, text, uuid } from 'drizzle-orm/pg-core';
import { fraction, instant } from './columns';

/** Utilisation of a pair, kept when a day closes. */
export const correlations = pgTable(
  'correlations',
  {
    portfolioId: uuid().notNull(),
    day: text().notNull(),
    left: uuid().notNull(),
    right: uuid().notNull(),
    r: fraction(),
    overlap: integer().notNull(),
    splicedDays: integer().notNull().default(0),
    computedAt: instant().notNull(),
  },
  (t) => [primaryKey({ columns: [t.portfolioId, t.day, t.left, t.right] })],
);
