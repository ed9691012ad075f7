import { sql } from 'drizzle-orm';
import { integer, jsonb, pgTable, text, unique, uniqueIndex, uuid } from 'drizzle-orm/pg-core';
import { id, instant } from './columns';

export const counters = pgTable('counters', { kind: text().primaryKey(), value: integer().notNull() });

/** What this database is (`live`, `demo`, `test`), and other facts of the installation. */
export const installation = pgTable('installation', { key: text().primaryKey(), value: text().notNull() });

export const jobRuns = pgTable(
  'job_runs',
  {
    id: id(),
    name: text().notNull(),
    bucket: text().notNull(),
    startedAt: instant().notNull(),
    finishedAt: instant(),
    leaseUntil: instant().notNull(),
    attempt: integer().notNull().default(1),
    outcome: text({ enum: ['running', 'done', 'failed'] }).notNull(),
    result: jsonb(),
    error: text(),
  },
  (t) => [unique('job_runs_bucket').on(t.name, t.bucket)],
);

/** Liveness of processes: web, worker, paper engine. */
export const processes = pgTable('processes', {
  id: uuid().primaryKey(),
  kind: text().notNull(),
  host: text().notNull(),
  pid: integer().notNull(),
  version: text().notNull(),
  startedAt: instant().notNull(),
  heartbeatAt: instant().notNull(),
  stoppedAt: instant(),
});

/** Policies by kind (approval, escalation, soak, limits of time); the newest effective version stands. */
export const policies = pgTable(
  'policies',
  {
    id: id(),
    kind: text().notNull(),
    version: integer().notNull(),
    content: jsonb().notNull(),
    contentHash: text().notNull(),
    proposedBy: text().notNull(),
    proposedByName: text().notNull().default(''),
    reason: text().notNull().default(''),
    /** People who agreed, in order; the one who proposed is among them if their role counts. */
    agreements: jsonb().$type<{ personId: string; name: string; at: string }[]>().notNull().default([]),
    approvedBy: text(),
    createdAt: instant().notNull(),
    effectiveAt: instant(),
    rejectedAt: instant(),
    rejectedByName: text(),
    rejectReason: text(),
  },
  (t) => [
    unique('policies_version').on(t.kind, t.version),
    uniqueIndex('policies_open').on(t.kind).where(sql`effective_at is null and rejected_at is null`),
  ],
);
