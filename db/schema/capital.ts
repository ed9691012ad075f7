import { sql } from 'drizzle-orm';
import { boolean, index, integer, jsonb, pgTable, primaryKey, text, uniqueIndex, uuid } from 'drizzle-orm/pg-core';
import { fraction, id, instant, money, quantity } from './columns';

/** Capital of a strategy from an instant until it ended: equity x allocation x tranche, fixed in money at promotion. */
export const strategyCapital = pgTable(
  'strategy_capital',
  {
    id: id(),
    portfolioId: uuid().notNull(),
    strategyId: uuid().notNull(),
    launchId: uuid().notNull(),
    allocation: fraction().notNull(),
    tranche: integer().notNull(),
    equity: money().notNull(),
    capital: money().notNull(),
    /** Below 1 while an open drawdown episode keeps the cut in force; a cut and its release each begin a row. */
    scale: fraction().notNull(),
    /** What of capital the cuts that stand leave, by what cut it; those of the newest row stand also after it ended. */
    cuts: jsonb().$type<Record<string, string>>().notNull().default({}),
    effectiveAt: instant().notNull(),
    endedAt: instant(),
    confirmedAt: instant(),
    confirmedCapital: money(),
  },
  (t) => [index('strategy_capital_strategy').on(t.strategyId, t.endedAt)],
);

/** Leave for allocations to sum to more than 100 %: in force with the second person's signature, until it ends. */
export const leverageApprovals = pgTable('leverage_approvals', {
  id: id(),
  portfolioId: uuid().notNull(),
  maximumAllocation: fraction().notNull(),
  reason: text().notNull(),
  approvals: jsonb().$type<{ personId: string; name: string; role: string; at: string; factor: string }[]>().notNull(),
  proposedBy: text().notNull().default(''),
  proposedByName: text().notNull().default(''),
  proposedAt: instant(),
  effectiveAt: instant(),
  expiresAt: instant(),
  endedAt: instant(),
  endedByName: text(),
  endedWhy: text(),
});

/**
 * One answered order: the capital promised to it until it is filled, cancelled or expired, and the first answer, which a
 * repeat gets again. A denied one promises nothing.
 */
export const reservations = pgTable(
  'reservations',
  {
    id: id(),
    portfolioId: uuid().notNull(),
    strategyId: uuid().notNull(),
    clientOrderId: text().notNull(),
    instrument: text().notNull(),
    side: text({ enum: ['buy', 'sell'] }).notNull(),
    /** What is promised: of an order that works, the part that is not filled. A fill that a snapshot has yet to see is a row of its own. */
    quantity: quantity().notNull(),
    /** Price it is reserved at; null for a denied order without one. */
    price: quantity(),
    /** Money promised to it; of a denied one what it would hold if it were sent all the same. */
    amount: money().notNull(),
    isReducing: boolean().notNull(),
    /** `filled` is promised until a snapshot has seen the fill. */
    state: text({ enum: ['held', 'working', 'filled', 'released', 'denied'] }).notNull(),
    answer: jsonb().notNull(),
    /** What was asked for: a repeat of its id with other content is refused. Null where no order was asked for. */
    content: text(),
    askedBy: text().notNull().default(''),
    createdAt: instant().notNull(),
    expiresAt: instant(),
    submittedAt: instant(),
    filledQuantity: quantity().notNull().default('0'),
    filledAt: instant(),
    releasedAt: instant(),
    releasedWhy: text(),
  },
  (t) => [
    // What is promised still: the few among all that were ever asked.
    index('reservations_open')
      .on(t.portfolioId, t.state, t.expiresAt)
      .where(sql`state in ('held', 'working', 'filled')`),
    uniqueIndex('reservations_order').on(t.strategyId, t.clientOrderId),
    index('reservations_recent').on(t.strategyId, t.createdAt),
    // Denied orders of a portfolio, the newest first: no other order is in it.
    index('reservations_denied').on(t.portfolioId, t.createdAt).where(sql`state = 'denied'`),
  ],
);

/** What is promised in a portfolio, kept as sums: its row is the lock under which orders are answered one after the other. */
export const orderBooks = pgTable('order_books', {
  portfolioId: uuid().primaryKey(),
  /** strategy|instrument -> {amount, exits} as decimal text; what is zero is left out. */
  totals: jsonb().$type<Record<string, { amount: string; exits: string }>>().notNull(),
  updatedAt: instant().notNull(),
});

/** One execution as an engine told it, once per execution id. */
export const orderFills = pgTable(
  'order_fills',
  {
    id: id(),
    portfolioId: uuid().notNull(),
    strategyId: uuid().notNull(),
    clientOrderId: text().notNull(),
    executionId: text().notNull(),
    instrument: text().notNull(),
    side: text({ enum: ['buy', 'sell'] }).notNull(),
    quantity: quantity().notNull(),
    price: quantity().notNull(),
    at: instant().notNull(),
    receivedAt: instant().notNull(),
  },
  (t) => [
    uniqueIndex('order_fills_execution').on(t.strategyId, t.executionId),
    index('order_fills_recent').on(t.strategyId, t.receivedAt),
  ],
);

/** What a strategy holds by its fills: size, since when, average entry price. */
export const strategyPositions = pgTable(
  'strategy_positions',
  {
    strategyId: uuid().notNull(),
    instrument: text().notNull(),
    portfolioId: uuid().notNull(),
    quantity: quantity().notNull(),
    averagePrice: quantity().notNull(),
    openedAt: instant().notNull(),
    updatedAt: instant().notNull(),
    /** Profit taken so far in the trade that runs, in account currency. */
    realised: money().notNull().default('0'),
  },
  (t) => [primaryKey({ columns: [t.strategyId, t.instrument] })],
);

/** A trade from flat to flat, by the fills an engine told. */
export const closedTrades = pgTable(
  'closed_trades',
  {
    id: id(),
    portfolioId: uuid().notNull(),
    strategyId: uuid().notNull(),
    instrument: text().notNull(),
    openedAt: instant().notNull(),
    closedAt: instant().notNull(),
    profit: money().notNull(),
  },
  (t) => [index('closed_trades_strategy').on(t.strategyId, t.closedAt)],
);
