import { boolean, index, jsonb, pgTable, text, uuid } from 'drizzle-orm/pg-core';
import { id, instant, money } from './columns';

/** A deposit or withdrawal that no snapshot stated, recorded by two people; it counts with the account's first row from then. */
export const cashFlows = pgTable(
  'cash_flows',
  {
    id: id(),
    portfolioId: uuid().notNull(),
    accountId: uuid().notNull(),
    /** In the base currency; a withdrawal is negative. */
    amount: money().notNull(),
    effectiveAt: instant().notNull(),
    reason: text().notNull(),
    /** Said by who proposed it: one of the same amount that was found beside it is another. */
    isAnother: boolean().notNull(),
    contentHash: text().notNull(),
    proposedBy: text().notNull(),
    proposedByName: text().notNull(),
    proposedAt: instant().notNull(),
    approvals: jsonb()
      .$type<{ personId: string; name: string; role: string; at: string; factor: string }[]>()
      .notNull(),
    /** When the second person signed, and every row since it was evaluated with it. */
    appliedAt: instant(),
    rejectedAt: instant(),
    rejectedByName: text(),
    rejectedWhy: text(),
  },
  (t) => [index('cash_flows_portfolio').on(t.portfolioId, t.effectiveAt)],
);
