import { sql } from 'drizzle-orm';
import { bigint, boolean, index, integer, jsonb, pgTable, text, unique, uniqueIndex, uuid } from 'drizzle-orm/pg-core';
import type { Role } from '@/server/kernel/actor';
import { id, instant } from './columns';

export const emergencies = pgTable(
  'emergencies',
  {
    id: id(),
    number: text().notNull().unique(),
    scope: text({ enum: ['strategy', 'portfolio', 'firm'] }).notNull(),
    scopeKey: text().notNull(),
    portfolioId: uuid(),
    strategyId: uuid(),
    severity: text({ enum: ['high', 'critical'] }).notNull(),
    reason: text().notNull(),
    isDrill: boolean().notNull().default(false),
    keepReduceOnlyStops: boolean().notNull().default(false),
    state: text({ enum: ['running', 'stopped', 'partial', 'resuming', 'closed'] }).notNull(),
    epoch: bigint({ mode: 'number' }).notNull(),
    startedBy: text().notNull(),
    startedByName: text().notNull(),
    startedAt: instant().notNull(),
    recordedAt: instant().notNull(),
    finishedAt: instant(),
    /** What stood when it was pressed, as engines last reported: counts by which progress is shown. */
    atStart: jsonb().notNull().default({}),
    /** The wider emergency that took this one in. */
    supersededBy: uuid(),
    resumeChecklist: jsonb().$type<Record<string, { by: string; at: string }>>().notNull().default({}),
    resumeApprovals: jsonb()
      .$type<{ personId: string; name: string; role: Role; at: string; factor: string; contentHash: string }[]>()
      .notNull()
      .default([]),
    resumedAt: instant(),
    leaseOwner: text(),
    leaseUntil: instant(),
    fence: bigint({ mode: 'number' }).notNull().default(0),
  },
  (t) => [
    uniqueIndex('emergencies_open_scope').on(t.scopeKey, t.isDrill).where(sql`resumed_at is null`),
    index('emergencies_started').on(t.startedAt),
  ],
);

/** One step at one system; the plan is written whole as pending before the first is sent. */
export const emergencySteps = pgTable(
  'emergency_steps',
  {
    id: id(),
    emergencyId: uuid()
      .notNull()
      .references(() => emergencies.id),
    ordinal: integer().notNull(),
    action: text().notNull(),
    engineId: uuid().notNull(),
    engineName: text().notNull(),
    role: text().notNull(),
    timeoutMs: integer().notNull(),
    commandKey: text().notNull().unique(),
    state: text({ enum: ['pending', 'running', 'acknowledged', 'verified', 'unknown', 'failed', 'skipped'] }).notNull(),
    startedAt: instant(),
    deadlineAt: instant(),
    attempts: integer().notNull().default(0),
    nextAttemptAt: instant(),
    answeredAt: instant(),
    verifiedAt: instant(),
    epoch: bigint({ mode: 'number' }).notNull(),
    epochResent: boolean().notNull().default(false),
    error: text(),
    /** What the engine still reports to be done: "14 working orders left". */
    remaining: text(),
  },
  (t) => [
    unique('emergency_steps_cell').on(t.emergencyId, t.action, t.engineId),
    index('emergency_steps_emergency').on(t.emergencyId, t.ordinal),
  ],
);

/** People's notes and pins on a timeline; the timeline itself is a query over the events. */
export const timelineNotes = pgTable(
  'timeline_notes',
  {
    id: id(),
    subjectKind: text().notNull(),
    subjectId: text().notNull(),
    text: text().notNull(),
    pinned: boolean().notNull().default(false),
    occurredAt: instant().notNull(),
    recordedAt: instant().notNull(),
    authorId: uuid().notNull(),
    authorName: text().notNull(),
  },
  (t) => [index('timeline_notes_subject').on(t.subjectKind, t.subjectId)],
);

export const incidents = pgTable('incidents', {
  id: id(),
  number: text().notNull().unique(),
  title: text().notNull(),
  emergencyId: uuid(),
  alertId: uuid(),
  portfolioId: uuid(),
  severity: text().notNull(),
  state: text({ enum: ['open', 'in-review', 'closed'] }).notNull(),
  commanderId: uuid(),
  openedAt: instant().notNull(),
  openedBy: text().notNull(),
  review: text().notNull().default(''),
  followUps: jsonb().notNull().default([]),
  closedAt: instant(),
  closedBy: text(),
});
