import { boolean, index, jsonb, pgTable, primaryKey, text, uuid } from 'drizzle-orm/pg-core';
import { fraction, id, instant, money, quantity } from './columns';

/** How an instrument trades in a portfolio: its multiplier, rate to the base currency and lot. */
export const instruments = pgTable(
  'instruments',
  {
    portfolioId: uuid().notNull(),
    instrument: text().notNull(),
    /** Null where nobody stated one. */
    lot: quantity(),
    multiplier: quantity().notNull(),
    fx: quantity().notNull(),
    /** `snapshot`: the unit with which it was held when a day closed; gives way to what is registered. */
    source: text({ enum: ['registered', 'snapshot'] })
      .notNull()
      .default('registered'),
    /** Initial margin as a fraction of gross, for accounts that do not state theirs; null: none is asked for. */
    initialMargin: fraction(),
    updatedAt: instant().notNull(),
    updatedBy: text().notNull(),
  },
  (t) => [primaryKey({ columns: [t.portfolioId, t.instrument] })],
);

/** The price of an instrument when a day closed: from the snapshots that held it, or as uploaded. */
export const instrumentCloses = pgTable(
  'instrument_closes',
  {
    portfolioId: uuid().notNull(),
    instrument: text().notNull(),
    day: text().notNull(),
    close: quantity().notNull(),
    /** Units traded that day; null where nobody said. */
    volume: quantity(),
    source: text({ enum: ['snapshot', 'upload'] }).notNull(),
    recordedAt: instant().notNull(),
  },
  (t) => [primaryKey({ columns: [t.portfolioId, t.instrument, t.day] })],
);

/** Reference prices of the last minutes, one per minute: what a limit price is held against. */
export const instrumentMarks = pgTable(
  'instrument_marks',
  {
    portfolioId: uuid().notNull(),
    instrument: text().notNull(),
    minute: instant().notNull(),
    price: quantity().notNull(),
    at: instant().notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.portfolioId, t.instrument, t.minute] }),
    index('instrument_marks_minute').on(t.minute),
  ],
);

/** A sizing as it was answered, with who asked: the target, what was binding, and the whole trace. */
export const sizings = pgTable(
  'sizings',
  {
    id: id(),
    portfolioId: uuid().notNull(),
    strategyId: uuid().notNull(),
    releaseId: uuid(),
    instrument: text().notNull(),
    side: text({ enum: ['long', 'short'] }).notNull(),
    kind: text({ enum: ['sized', 'no-edge', 'cannot-size'] }).notNull(),
    code: text(),
    size: money(),
    quantity: quantity(),
    binding: text(),
    result: jsonb().notNull(),
    reservationId: uuid(),
    askedBy: text().notNull(),
    askedByName: text().notNull(),
    byMachine: boolean().notNull(),
    askedAt: instant().notNull(),
  },
  (t) => [index('sizings_portfolio').on(t.portfolioId, t.askedAt)],
);

/** A person's leave for one exit while trading is halted. */
export const exitPermits = pgTable(
  'exit_permits',
  {
    id: id(),
    portfolioId: uuid().notNull(),
    strategyId: uuid().notNull(),
    instrument: text().notNull(),
    reason: text().notNull(),
    grantedBy: text().notNull(),
    grantedByName: text().notNull(),
    grantedAt: instant().notNull(),
    expiresAt: instant().notNull(),
  },
  (t) => [index('exit_permits_strategy').on(t.strategyId, t.expiresAt)],
);
