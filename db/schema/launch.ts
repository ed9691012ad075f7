import { boolean, index, integer, jsonb, pgTable, primaryKey, text, unique, uuid } from 'drizzle-orm/pg-core';
import { fraction, id, instant, money } from './columns';
import { releases } from './strategies';

export const launches = pgTable('launches', {
  id: id(),
  number: text().notNull().unique(),
  portfolioId: uuid().notNull(),
  strategyId: uuid().notNull(),
  releaseId: uuid()
    .notNull()
    .references(() => releases.id),
  /** Share of portfolio equity at 100 %. */
  allocation: fraction().notNull(),
  status: text({ enum: ['open', 'held', 'live', 'aborted', 'finished'] }).notNull(),
  phase: integer().notNull(),
  /** Tranche in force, in per cent; 0 before the first. */
  tranche: integer().notNull().default(0),
  holdReason: text(),
  heldAt: instant(),
  automaticPromotionHeld: boolean().notNull().default(true),
  templateVersion: integer().notNull(),
  openedBy: uuid().notNull(),
  openedAt: instant().notNull(),
  closedAt: instant(),
  version: integer().notNull().default(1),
});

export const launchPhases = pgTable(
  'launch_phases',
  {
    launchId: uuid()
      .notNull()
      .references(() => launches.id),
    phase: integer().notNull(),
    state: text({
      enum: ['blocked', 'ready', 'running', 'awaiting-approval', 'passed', 'failed', 'rolled-back'],
    }).notNull(),
    startedAt: instant(),
    startedBy: text(),
    finishedAt: instant(),
    finishedBy: text(),
  },
  (t) => [primaryKey({ columns: [t.launchId, t.phase] })],
);

export const runbookSteps = pgTable(
  'runbook_steps',
  {
    id: id(),
    launchId: uuid()
      .notNull()
      .references(() => launches.id),
    phase: integer().notNull(),
    ordinal: integer().notNull(),
    /** Phase 4 only: the tranche that the step prepares. */
    tranche: integer(),
    title: text().notNull(),
    command: text().notNull(),
    rollbackCommand: text().notNull().default(''),
    removedAt: instant(),
  },
  (t) => [index('runbook_steps_launch').on(t.launchId, t.phase, t.ordinal)],
);

/** One recorded execution of a step, by a person or over the API; never changed. */
export const stepRuns = pgTable(
  'step_runs',
  {
    id: id(),
    stepId: uuid()
      .notNull()
      .references(() => runbookSteps.id),
    launchId: uuid().notNull(),
    kind: text({ enum: ['run', 'rollback'] }).notNull(),
    command: text().notNull(),
    exitCode: integer().notNull(),
    output: text().notNull(),
    durationMs: integer().notNull(),
    startedAt: instant().notNull(),
    recordedAt: instant().notNull(),
    recordedBy: text().notNull(),
    recordedByName: text().notNull(),
    idempotencyKey: text().unique(),
  },
  (t) => [index('step_runs_step').on(t.stepId, t.recordedAt)],
);

/** A decision of a person at a gate, bound to the content hash it saw. `gate` is `phase-1` .. `phase-3`, `tranche-10|50|100`. */
export const approvals = pgTable(
  'approvals',
  {
    id: id(),
    launchId: uuid()
      .notNull()
      .references(() => launches.id),
    gate: text().notNull(),
    personId: uuid().notNull(),
    personName: text().notNull(),
    role: text().notNull(),
    decision: text({ enum: ['approved', 'rejected'] }).notNull(),
    reason: text().notNull().default(''),
    contentHash: text().notNull(),
    content: jsonb().notNull(),
    factor: text().notNull(),
    decidedAt: instant().notNull(),
    expiresAt: instant().notNull(),
    voidedAt: instant(),
    voidReason: text(),
  },
  (t) => [index('approvals_gate').on(t.launchId, t.gate)],
);

/** A stay in a tranche: capital fixed in money at promotion. */
export const trancheStays = pgTable(
  'tranche_stays',
  {
    id: id(),
    launchId: uuid()
      .notNull()
      .references(() => launches.id),
    tranche: integer().notNull(),
    capital: money().notNull(),
    equityAtEntry: money().notNull(),
    commandId: uuid(),
    enteredAt: instant().notNull(),
    enteredBy: text().notNull(),
    tradesAtEntry: integer().notNull().default(0),
    soakRestartedAt: instant(),
    leftAt: instant(),
    leftWhy: text(),
    breakGlass: boolean().notNull().default(false),
  },
  (t) => [index('tranche_stays_launch').on(t.launchId, t.enteredAt)],
);

/** Health of a 60 s bucket while soaking. */
export const soakBuckets = pgTable(
  'soak_buckets',
  {
    launchId: uuid().notNull(),
    bucket: instant().notNull(),
    verdict: text({ enum: ['healthy', 'pause', 'restart'] }).notNull(),
    reasons: jsonb().$type<{ code: string; message: string }[]>().notNull(),
    recordedAt: instant().notNull(),
  },
  (t) => [primaryKey({ columns: [t.launchId, t.bucket] })],
);

export const breakGlassReviews = pgTable(
  'break_glass_reviews',
  {
    id: id(),
    launchId: uuid().notNull(),
    gate: text().notNull(),
    reason: text().notNull(),
    blockers: jsonb().notNull(),
    personId: uuid().notNull(),
    at: instant().notNull(),
    dueAt: instant().notNull(),
    closedBy: uuid(),
    closedAt: instant(),
    finding: text(),
  },
  (t) => [unique('break_glass_reviews_gate').on(t.launchId, t.gate, t.at)],
);
