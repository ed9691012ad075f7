import { bigint, boolean, index, integer, jsonb, pgTable, primaryKey, text, unique, uuid } from 'drizzle-orm/pg-core';
import { fraction, id, instant, money, quantity } from './columns';

export const calendars = pgTable('calendars', {
  id: text().primaryKey(),
  timeZone: text().notNull(),
  /** ISO weekday 1-7 -> [opens, closes] as HH:MM in the zone; a missing day is closed. */
  weekly: jsonb().$type<Record<string, [string, string]>>().notNull(),
  /** yyyy-mm-dd -> closed (null) or [opens, closes]. */
  exceptions: jsonb().$type<Record<string, [string, string] | null>>().notNull(),
});

export const portfolios = pgTable('portfolios', {
  id: id(),
  name: text().notNull().unique(),
  baseCurrency: text().notNull(),
  timeZone: text().notNull(),
  calendarId: text()
    .notNull()
    .references(() => calendars.id),
  /** Start of the session day in the portfolio's zone, HH:MM. */
  sessionStart: text().notNull().default('00:00'),
  snapshotIntervalMs: integer().notNull().default(5000),
  createdAt: instant().notNull(),
  createdBy: text().notNull(),
});

export const accounts = pgTable(
  'accounts',
  {
    id: id(),
    portfolioId: uuid()
      .notNull()
      .references(() => portfolios.id),
    code: text().notNull(),
    createdAt: instant().notNull(),
    /** Since then nothing is awaited of it and nothing taken; what it sent stays. */
    closedAt: instant(),
  },
  (t) => [unique('accounts_code').on(t.portfolioId, t.code)],
);

/** Partitioned by month of `as_of` (`app.ensure_month` makes partitions ahead); (account, sequence) is unique under the account's lock. */
export const snapshots = pgTable(
  'snapshots',
  {
    accountId: uuid().notNull(),
    sequence: bigint({ mode: 'number' }).notNull(),
    portfolioId: uuid().notNull(),
    kind: text({ enum: ['live', 'history'] }).notNull(),
    asOf: instant().notNull(),
    receivedAt: instant().notNull(),
    late: boolean().notNull().default(false),
    suspect: boolean().notNull().default(false),
    equity: money().notNull(),
    cash: money(),
    /** What short sales brought in is not in `cash`: the row stated its margin. */
    isFreeOfProceeds: boolean().notNull().default(false),
    netFlow: money().notNull(),
    flows: jsonb().notNull(),
    positions: jsonb().notNull(),
    strategies: jsonb().notNull(),
    contentHash: text().notNull(),
    recordedBy: text().notNull(),
    /** The portfolio after this row, as evaluated: the sum over its accounts. Null where it could not be. */
    portfolioEquity: money(),
    portfolioCash: money(),
    unitValue: quantity(),
    /** The high-water mark of a unit after this row. */
    markUnitValue: quantity(),
    cumulativeFlow: money(),
  },
  (t) => [
    primaryKey({ columns: [t.accountId, t.sequence, t.asOf] }),
    index('snapshots_portfolio').on(t.portfolioId, t.asOf),
    index('snapshots_account').on(t.accountId, t.asOf),
    /** Sealing reads by receipt. */
    index('snapshots_received').on(t.receivedAt),
  ],
);

/** What the equity of a portfolio or strategy was when a session day closed. */
export const dailyCloses = pgTable(
  'daily_closes',
  {
    portfolioId: uuid().notNull(),
    /** Empty text for the portfolio itself, otherwise the strategy's id. */
    subject: text().notNull(),
    day: text().notNull(),
    equity: money().notNull(),
    netFlow: money().notNull(),
    unitValue: quantity(),
    maxUnitValue: quantity(),
    simpleReturn: fraction(),
    /** State of the evaluator when the day closed, on the portfolio's own row: late samples are evaluated from here. */
    checkpoint: jsonb(),
    source: text({ enum: ['live', 'history', 'backtest'] }).notNull(),
    closedAt: instant().notNull(),
  },
  (t) => [primaryKey({ columns: [t.portfolioId, t.subject, t.day] })],
);
