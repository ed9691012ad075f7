import { bigint, boolean, index, integer, jsonb, pgTable, primaryKey, text, unique, uuid } from 'drizzle-orm/pg-core';
import { fraction, id, instant, money, quantity } from './columns';

/** A version of the limits of one scope. Tightening is in force at once, loosening after a second person. */
export const limitSets = pgTable(
  'limit_sets',
  {
    id: id(),
    scope: text({ enum: ['firm', 'portfolio', 'strategy', 'instrument'] }).notNull(),
    /** Portfolio id, strategy id, `portfolio/instrument`, or empty for the firm. */
    scopeId: text().notNull(),
    portfolioId: uuid(),
    version: integer().notNull(),
    limits: jsonb().notNull(),
    contentHash: text().notNull(),
    change: text({ enum: ['initial', 'tighten', 'loosen', 'override'] }).notNull(),
    reason: text().notNull(),
    proposedBy: text().notNull(),
    proposedByName: text().notNull(),
    proposedAt: instant().notNull(),
    approvals: jsonb()
      .$type<{ personId: string; name: string; role: string; at: string; factor: string }[]>()
      .notNull(),
    effectiveAt: instant(),
    expiresAt: instant(),
    rejectedAt: instant(),
    rejectedWhy: text(),
  },
  (t) => [unique('limit_sets_version').on(t.scope, t.scopeId, t.version)],
);

/** What must survive a restart: units, marks, the session day. One row per portfolio, strategy or account curve. */
export const riskStates = pgTable(
  'risk_states',
  {
    portfolioId: uuid().notNull(),
    subject: text().notNull(),
    units: quantity().notNull(),
    unitValue: quantity().notNull(),
    highWaterUnitValue: quantity().notNull(),
    highWaterAt: instant().notNull(),
    equity: money(),
    cash: money(),
    asOf: instant(),
    sessionDay: text(),
    sessionStartEquity: money(),
    sessionStartAt: instant(),
    sessionEstimated: boolean().notNull().default(false),
    sessionFlows: money(),
    sessionWithdrawals: money(),
    /** Confirmation windows, suspect tick and the like: the evaluator's own state. */
    memory: jsonb().notNull(),
    version: bigint({ mode: 'number' }).notNull(),
  },
  (t) => [primaryKey({ columns: [t.portfolioId, t.subject] })],
);

/** The newest verdict of each limit, so that pages and gates read one row per limit. */
export const limitStates = pgTable(
  'limit_states',
  {
    portfolioId: uuid().notNull(),
    measure: text().notNull(),
    /** Empty for the portfolio, otherwise strategy id, instrument or pair. */
    subject: text().notNull(),
    scope: text().notNull(),
    verdict: text({ enum: ['within', 'soft', 'breach', 'unknown'] }).notNull(),
    value: text(),
    soft: text().notNull(),
    hard: text().notNull(),
    direction: text({ enum: ['ceiling', 'floor'] }).notNull(),
    utilisation: text(),
    headroom: text(),
    sentence: text().notNull(),
    asOf: instant(),
    evaluatedAt: instant().notNull(),
    limitSetId: uuid(),
  },
  (t) => [primaryKey({ columns: [t.portfolioId, t.measure, t.subject] })],
);

export const breachEpisodes = pgTable(
  'breach_episodes',
  {
    id: id(),
    number: text().notNull().unique(),
    portfolioId: uuid().notNull(),
    strategyId: uuid(),
    measure: text().notNull(),
    scope: text().notNull(),
    subject: text().notNull(),
    tier: text({ enum: ['soft', 'hard', 'unknown'] }).notNull(),
    state: text({ enum: ['open', 'acknowledged', 'cleared', 'rebased', 'accepted'] }).notNull(),
    openedAt: instant().notNull(),
    recordedAt: instant().notNull(),
    openedValue: text(),
    worstValue: text(),
    currentValue: text(),
    limitValue: text().notNull(),
    limitSetId: uuid(),
    severity: text().notNull(),
    priority: text().notNull(),
    sentence: text().notNull(),
    alertId: uuid(),
    late: boolean().notNull().default(false),
    acknowledgedBy: text(),
    acknowledgedByName: text(),
    acknowledgedAt: instant(),
    clearedAt: instant(),
    acceptedUntil: instant(),
    decidingSamples: jsonb().notNull(),
    version: integer().notNull().default(1),
  },
  (t) => [
    index('breach_episodes_open').on(t.portfolioId, t.state),
    index('breach_episodes_key').on(t.portfolioId, t.measure, t.subject),
  ],
);

/** One rung of an episode: acts once. */
export const breachActions = pgTable(
  'breach_actions',
  {
    id: id(),
    episodeId: uuid()
      .notNull()
      .references(() => breachEpisodes.id),
    rung: text().notNull(),
    type: text().notNull(),
    priority: text().notNull(),
    reason: text().notNull(),
    params: jsonb().notNull(),
    state: text({ enum: ['proposed', 'approved', 'rejected', 'sent', 'confirmed', 'failed', 'expired'] }).notNull(),
    automatic: boolean().notNull(),
    proposedAt: instant().notNull(),
    expiresAt: instant(),
    decidedBy: text(),
    decidedByName: text(),
    decidedAt: instant(),
    decisionReason: text(),
    commandId: uuid(),
    settledAt: instant(),
    error: text(),
  },
  (t) => [unique('breach_actions_rung').on(t.episodeId, t.rung)],
);

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
