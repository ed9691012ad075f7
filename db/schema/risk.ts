import { sql } from 'drizzle-orm';
import {
  bigint,
  boolean,
  index,
  integer,
  jsonb,
  pgTable,
  primaryKey,
  text,
  unique,
  uniqueIndex,
  uuid,
} from 'drizzle-orm/pg-core';
import { fraction, id, instant, money, quantity } from './columns';

/** A version of the limits of one scope. Tightening is in force at once, loosening after a second person. */
export const limitSets = pgTable(
  'limit_sets',
  {
    id: id(),
    scope: text({ enum: ['firm', 'portfolio', 'strategy', 'instrument', 'measure'] }).notNull(),
    /** Portfolio or strategy id, `portfolio/instrument` or `portfolio/measure-scope` of an override, empty for the firm. */
    scopeId: text().notNull(),
    portfolioId: uuid(),
    version: integer().notNull(),
    /** The version in force when this was proposed, on which it is built; 0 for none, null for rows from before it was kept. */
    baseVersion: integer(),
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
    rejectedBy: text(),
    rejectedWhy: text(),
    /** Of an override taken back: `expiresAt` is then when. */
    endedByName: text(),
    endedWhy: text(),
  },
  (t) => [unique('limit_sets_version').on(t.scope, t.scopeId, t.version)],
);

/** What must survive a restart: one row per portfolio, locked while samples of it are evaluated. */
export const riskStates = pgTable('risk_states', {
  portfolioId: uuid().primaryKey(),
  /** The evaluator's whole state; the columns beside it are what pages read. */
  state: jsonb().notNull(),
  asOf: instant(),
  equity: money(),
  cash: money(),
  unitValue: quantity(),
  highWater: money(),
  highWaterAt: instant(),
  drawdownFraction: fraction(),
  sessionDay: text(),
  sessionStart: instant(),
  sessionEnd: instant(),
  sessionStartEquity: money(),
  sessionEstimated: boolean().notNull().default(false),
  dayPnl: money(),
  suspect: boolean().notNull().default(false),
  /** Consecutive fresh samples within all limits, which end a `stale` latch. */
  freshWithin: integer().notNull().default(0),
  /** Since when the watch has seen nothing fresh, and when it last looked: a gap of its own is not the feed's. */
  unknownSince: instant(),
  checkedAt: instant(),
  /** When silence confirms a breach that one sample showed; null while none waits. */
  silenceDueAt: instant(),
  version: bigint({ mode: 'number' }).notNull(),
});

/** The newest verdict of each limit, so that pages and gates read one row per limit. */
export const limitStates = pgTable(
  'limit_states',
  {
    portfolioId: uuid().notNull(),
    /** measure|scope|scope id|subject */
    key: text().notNull(),
    measure: text().notNull(),
    scope: text({ enum: ['firm', 'portfolio', 'strategy'] }).notNull(),
    strategyId: uuid(),
    /** Instrument or pair; empty for the whole scope. */
    subject: text().notNull(),
    verdict: text({ enum: ['within', 'soft', 'breach', 'unknown'] }).notNull(),
    value: text(),
    /** The value in account currency, where it has one. */
    amount: money(),
    note: text(),
    soft: text().notNull(),
    hard: text().notNull(),
    direction: text({ enum: ['ceiling', 'floor'] }).notNull(),
    /** A ratio, `beyond`, or null for unknown. */
    utilisation: text(),
    headroom: text(),
    headroomAmount: money(),
    sentence: text().notNull(),
    asOf: instant(),
    evaluatedAt: instant().notNull(),
  },
  (t) => [primaryKey({ columns: [t.portfolioId, t.key] })],
);

export const breachEpisodes = pgTable(
  'breach_episodes',
  {
    id: id(),
    number: text().notNull().unique(),
    portfolioId: uuid().notNull(),
    strategyId: uuid(),
    key: text().notNull(),
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
    /** Utilisation up to which an accepted breach may stand; past it the episode is open again. */
    acceptedCeiling: text(),
    reopened: integer().notNull().default(0),
    decidingSamples: jsonb().notNull(),
    version: integer().notNull().default(1),
  },
  (t) => [
    index('breach_episodes_open').on(t.portfolioId, t.state),
    index('breach_episodes_key').on(t.portfolioId, t.key, t.openedAt),
    uniqueIndex('breach_episodes_running')
      .on(t.portfolioId, t.key)
      .where(sql`state in ('open', 'acknowledged', 'accepted') and not late`),
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
    /** Every command it was sent as: it is confirmed when all of them are. */
    commandIds: jsonb().$type<string[]>().notNull().default([]),
    settledAt: instant(),
    /** When the capital it cut was given back, as far as it was. */
    releasedAt: instant(),
    error: text(),
  },
  (t) => [unique('breach_actions_rung').on(t.episodeId, t.rung)],
);
