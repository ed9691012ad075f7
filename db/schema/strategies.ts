import { index, pgTable, text, unique, uuid } from 'drizzle-orm/pg-core';
import { id, instant } from './columns';
import { portfolios } from './portfolios';

export const strategies = pgTable(
  'strategies',
  {
    id: id(),
    portfolioId: uuid()
      .notNull()
      .references(() => portfolios.id),
    name: text().notNull(),
    description: text().notNull().default(''),
    ownerId: uuid().notNull(),
    engineId: uuid(),
    /** The id by which the engine names it in snapshots and commands. */
    engineRef: text().notNull(),
    createdAt: instant().notNull(),
    createdBy: text().notNull(),
  },
  (t) => [unique('strategies_name').on(t.portfolioId, t.name), unique('strategies_ref').on(t.portfolioId, t.engineRef)],
);

/** Immutable: what exactly goes live. */
export const releases = pgTable(
  'releases',
  {
    id: id(),
    strategyId: uuid()
      .notNull()
      .references(() => strategies.id),
    version: text().notNull(),
    artefactDigest: text().notNull(),
    configDigest: text().notNull(),
    /** Hash over strategy, version and both digests: the identity approvals bind to. */
    digest: text().notNull(),
    notes: text().notNull().default(''),
    createdBy: uuid().notNull(),
    createdAt: instant().notNull(),
  },
  (t) => [unique('releases_version').on(t.strategyId, t.version), index('releases_strategy').on(t.strategyId)],
);
