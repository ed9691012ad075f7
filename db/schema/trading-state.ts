import { bigint, boolean, index, jsonb, pgTable, text, uuid } from 'drizzle-orm/pg-core';
import { id, instant } from './columns';

/** A latch restricts a scope until its exit rule is met; the strictest open latch is the effective state. */
export const tradingLatches = pgTable(
  'trading_latches',
  {
    id: id(),
    scope: text({ enum: ['firm', 'portfolio', 'strategy'] }).notNull(),
    portfolioId: uuid(),
    strategyId: uuid(),
    state: text({ enum: ['REDUCING', 'HALTED'] }).notNull(),
    cause: jsonb().$type<{ kind: string; id: string; label: string }>().notNull(),
    reason: text().notNull(),
    /** How it may be lifted: `two-people`, `one-person`, `fresh-samples`, `lease`. */
    exitRule: text().notNull(),
    earliestExitAt: instant(),
    openedBy: text().notNull(),
    openedByName: text().notNull(),
    openedAt: instant().notNull(),
    exitApprovals: jsonb()
      .$type<{ personId: string; name: string; role: string; at: string; factor: string; content?: string }[]>()
      .notNull(),
    liftedAt: instant(),
    liftedBy: text(),
    liftReason: text(),
    /** Lifted before its time as a false alarm: a review within one business day. */
    falseAlarm: boolean().notNull().default(false),
    /** What was wrong and what the right figures are, as the people who lifted it early were shown. */
    correctedData: text(),
    reviewDueAt: instant(),
    reviewedAt: instant(),
    reviewedBy: text(),
    reviewedByName: text(),
    reviewNote: text(),
  },
  (t) => [index('trading_latches_open').on(t.liftedAt, t.portfolioId)],
);

/** Epoch of each trading scope: rises with every stop and every resume; engines refuse older ones. */
export const tradingEpochs = pgTable('trading_epochs', {
  scopeKey: text().primaryKey(),
  epoch: bigint({ mode: 'number' }).notNull(),
  updatedAt: instant().notNull(),
});
