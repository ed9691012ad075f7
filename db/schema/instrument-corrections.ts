import { index, jsonb, pgTable, text, uuid } from 'drizzle-orm/pg-core';
import { id, instant } from './columns';

/** What a person corrected, or asks to, in the registered terms of an instrument; what lowers a unit or margin two people sign. */
export const instrumentCorrections = pgTable(
  'instrument_corrections',
  {
    id: id(),
    portfolioId: uuid().notNull(),
    instrument: text().notNull(),
    kind: text({ enum: ['stricter', 'looser', 'even'] }).notNull(),
    /** Only what changes, as decimal text; null is a lot or margin that nobody stated. */
    change: jsonb()
      .$type<
        Partial<
          Record<
            'multiplier' | 'fx' | 'lot' | 'initialMargin',
            { readonly from: string | null; readonly to: string | null }
          >
        >
      >()
      .notNull(),
    reason: text().notNull(),
    contentHash: text().notNull(),
    proposedBy: text().notNull(),
    proposedByName: text().notNull(),
    proposedAt: instant().notNull(),
    approvals: jsonb()
      .$type<{ personId: string; name: string; role: string; at: string; factor: string }[]>()
      .notNull(),
    /** When the register took it over. */
    appliedAt: instant(),
    endedAt: instant(),
    endedBy: text(),
    endedByName: text(),
    endedWhy: text(),
  },
  (t) => [index('instrument_corrections_place').on(t.portfolioId, t.instrument, t.proposedAt)],
);
