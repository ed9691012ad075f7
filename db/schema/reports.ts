import {
  boolean,
  doublePrecision,
  index,
  integer,
  jsonb,
  pgTable,
  primaryKey,
  text,
  unique,
  uuid,
} from 'drizzle-orm/pg-core';
import { id, instant } from './columns';

/** One-minute values of a metric, as measured or pushed; a missing minute is a missing row. */
export const metricMinutes = pgTable(
  'metric_minutes',
  {
    portfolioId: uuid().notNull(),
    /** Launch, strategy, host or empty. */
    subject: text().notNull(),
    metric: text().notNull(),
    minute: instant().notNull(),
    value: doublePrecision().notNull(),
    samples: integer().notNull(),
    source: text().notNull(),
  },
  (t) => [primaryKey({ columns: [t.portfolioId, t.subject, t.metric, t.minute] })],
);

export const baselines = pgTable(
  'baselines',
  {
    id: id(),
    launchId: uuid().notNull(),
    version: integer().notNull(),
    takenIn: text().notNull(),
    spans: jsonb().notNull(),
    series: jsonb().notNull(),
    expectation: jsonb().notNull(),
    contentHash: text().notNull(),
    proposedBy: text().notNull(),
    proposedByName: text().notNull(),
    proposedAt: instant().notNull(),
    approvals: jsonb()
      .$type<{ personId: string; name: string; role: string; at: string; factor: string }[]>()
      .notNull(),
    approvedAt: instant(),
    rejectedAt: instant(),
    rejectedWhy: text(),
  },
  (t) => [unique('baselines_version').on(t.launchId, t.version)],
);

export const deviationReports = pgTable(
  'deviation_reports',
  {
    id: id(),
    number: text().notNull().unique(),
    launchId: uuid().notNull(),
    portfolioId: uuid().notNull(),
    tranche: integer().notNull(),
    windowHours: integer().notNull(),
    windowStart: instant().notNull(),
    windowEnd: instant().notNull(),
    baselineId: uuid(),
    status: text({ enum: ['issues-detected', 'all-clear', 'unknown'] }).notNull(),
    comparisons: jsonb().notNull(),
    findings: jsonb().notNull(),
    recommendations: jsonb().$type<string[]>().notNull(),
    contentHash: text().notNull(),
    /** Head of the event chain when it was issued, `seq:hash`. */
    auditHead: text().notNull(),
    isComplete: boolean().notNull(),
    issuedAt: instant().notNull(),
  },
  (t) => [
    unique('deviation_reports_window').on(t.launchId, t.tranche, t.windowHours, t.windowStart),
    index('deviation_reports_portfolio').on(t.portfolioId, t.issuedAt),
  ],
);
