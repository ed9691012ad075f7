import { sql } from 'drizzle-orm';
import { bigint, boolean, index, integer, jsonb, pgTable, text, uniqueIndex, uuid } from 'drizzle-orm/pg-core';
import { id, instant } from './columns';

export const alerts = pgTable(
  'alerts',
  {
    id: id(),
    number: text().notNull().unique(),
    fingerprint: text().notNull(),
    groupKey: text().notNull(),
    severity: text({ enum: ['low', 'medium', 'high', 'critical'] }).notNull(),
    state: text({ enum: ['pending', 'firing', 'acknowledged', 'silenced', 'resolved'] }).notNull(),
    title: text().notNull(),
    body: text().notNull(),
    portfolioId: uuid(),
    strategyId: uuid(),
    launchId: uuid(),
    subjectKind: text().notNull(),
    subjectId: text().notNull(),
    link: text().notNull(),
    facts: jsonb().notNull(),
    isTest: boolean().notNull().default(false),
    inhibitedBy: uuid(),
    firedAt: instant().notNull(),
    lastSeenAt: instant().notNull(),
    seenCount: integer().notNull().default(1),
    /** 0 technical team, 1 management, 2 board. */
    level: integer().notNull().default(0),
    nextEscalationAt: instant(),
    nextRepeatAt: instant(),
    /** Who: `person:…`, or `delivery:…` for the link of a message. */
    acknowledgedBy: text(),
    acknowledgedByName: text(),
    acknowledgedAt: instant(),
    acknowledgedUntil: instant(),
    silencedUntil: instant(),
    silencedBy: text(),
    silenceReason: text(),
    resolvedAt: instant(),
    resolvedWhy: text(),
    version: integer().notNull().default(1),
  },
  (t) => [
    uniqueIndex('alerts_open_fingerprint').on(t.fingerprint).where(sql`resolved_at is null`),
    index('alerts_state').on(t.state, t.firedAt),
    index('alerts_portfolio').on(t.portfolioId, t.firedAt),
  ],
);

export const channels = pgTable('channels', {
  id: id(),
  kind: text({ enum: ['email', 'slack', 'sms', 'pagerduty', 'web-push', 'webhook'] }).notNull(),
  name: text().notNull(),
  /** Addresses and the like that are no secret. */
  config: jsonb().notNull(),
  secretBox: text(),
  previousSecretBox: text(),
  previousSecretUntil: instant(),
  /** 0 technical team, 1 management, 2 board; the least level that notifies it. */
  level: integer().notNull().default(0),
  minimumSeverity: text().notNull().default('low'),
  portfolioId: uuid(),
  personId: uuid(),
  enabled: boolean().notNull(),
  disabledWhy: text(),
  provenAt: instant(),
  provenAlertId: uuid(),
  createdBy: text().notNull(),
  createdAt: instant().notNull(),
});

/** One message to one channel: a row people see, claimed with a lease and a fencing token. */
export const deliveries = pgTable(
  'deliveries',
  {
    id: id(),
    channelId: uuid()
      .notNull()
      .references(() => channels.id),
    /** What it tells of. */
    subjectKind: text().notNull(),
    subjectId: text().notNull(),
    /** Same on every retry: receivers drop repeats by it. */
    dedupeId: text().notNull().unique(),
    priority: integer().notNull(),
    message: jsonb().notNull(),
    state: text({ enum: ['queued', 'sending', 'delivered', 'retrying', 'dead', 'dropped'] }).notNull(),
    attempts: integer().notNull().default(0),
    nextAttemptAt: instant().notNull(),
    leaseUntil: instant(),
    fence: bigint({ mode: 'number' }).notNull().default(0),
    queuedAt: instant().notNull(),
    deliveredAt: instant(),
    readAt: instant(),
    lastError: text(),
    lastStatus: integer(),
    tokenHash: text(),
    tokenUsedAt: instant(),
  },
  (t) => [
    index('deliveries_due').on(t.state, t.nextAttemptAt, t.priority),
    index('deliveries_subject').on(t.subjectKind, t.subjectId),
  ],
);
