import { boolean, index, integer, jsonb, pgTable, text, uuid } from 'drizzle-orm/pg-core';
import { fraction, id, instant, money, quantity } from './columns';

/** Capital in force for a strategy: equity x allocation x tranche, fixed in money at promotion. */
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
    /** Below 1 while an open drawdown episode keeps the cut in force. */
    scale: fraction().notNull(),
    effectiveAt: instant().notNull(),
    endedAt: instant(),
    confirmedAt: instant(),
    confirmedCapital: money(),
  },
  (t) => [index('strategy_capital_strategy').on(t.strategyId, t.endedAt)],
);

export const leverageApprovals = pgTable('leverage_approvals', {
  id: id(),
  portfolioId: uuid().notNull(),
  maximumAllocation: fraction().notNull(),
  reason: text().notNull(),
  approvals: jsonb().notNull(),
  effectiveAt: instant(),
  expiresAt: instant(),
});

/** Capital promised to an order that is not yet filled, cancelled or expired. */
export const reservations = pgTable(
  'reservations',
  {
    id: id(),
    portfolioId: uuid().notNull(),
    strategyId: uuid().notNull(),
    clientOrderId: text().notNull(),
    instrument: text().notNull(),
    side: text({ enum: ['buy', 'sell'] }).notNull(),
    quantity: quantity().notNull(),
    price: quantity().notNull(),
    amount: money().notNull(),
    isReducing: boolean().notNull(),
    state: text({ enum: ['held', 'working', 'released'] }).notNull(),
    answer: jsonb().notNull(),
    createdAt: instant().notNull(),
    expiresAt: instant(),
    releasedAt: instant(),
    releasedWhy: text(),
  },
  (t) => [
    index('reservations_open').on(t.portfolioId, t.state),
    index('reservations_order').on(t.strategyId, t.clientOrderId),
  ],
);
