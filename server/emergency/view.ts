import { z } from 'zod';

const Counts = z.object({
  workingOrders: z.number(),
  protectiveStops: z.number(),
  positions: z.number(),
  /** Gross value, account currency. */
  exposure: z.string(),
  /** Systems that have told nothing readable: the counts are then at least this. */
  unknownEngines: z.array(z.string()),
  /** The oldest report that was counted. */
  asOf: z.date().nullable(),
});
export type Counts = z.infer<typeof Counts>;

/** One thing that can be stopped, with what stands there now and the systems of each step. */
export const ScopeChoice = z.object({
  kind: z.enum(['strategy', 'portfolio', 'firm']),
  portfolioId: z.string().nullable(),
  strategyId: z.string().nullable(),
  name: z.string(),
  ownerId: z.string().nullable(),
  counts: Counts,
  steps: z.array(
    z.object({
      ordinal: z.number(),
      action: z.string(),
      title: z.string(),
      timeoutMs: z.number(),
      onlyCritical: z.boolean(),
      systems: z.array(z.string()),
    }),
  ),
  drillTargets: z.array(z.string()),
  /** An open emergency that a press here would join or raise. */
  open: z.object({ id: z.string(), number: z.string(), severity: z.string() }).nullable(),
});
export type ScopeChoice = z.infer<typeof ScopeChoice>;

export const EmergencyForm = z.object({
  scopes: z.array(ScopeChoice),
  told: z.array(z.object({ level: z.string(), channels: z.array(z.string()) })),
  now: z.date(),
});
export type EmergencyForm = z.infer<typeof EmergencyForm>;

export const EmergencySummary = z.object({
  id: z.string(),
  number: z.string(),
  scopeName: z.string(),
  severity: z.enum(['high', 'critical']),
  state: z.enum(['running', 'stopped', 'partial', 'resuming', 'closed']),
  isDrill: z.boolean(),
  reason: z.string(),
  startedBy: z.string(),
  startedAt: z.date(),
  finishedAt: z.date().nullable(),
  resumedAt: z.date().nullable(),
});
export type EmergencySummary = z.infer<typeof EmergencySummary>;

export const StepView = z.object({
  id: z.string(),
  ordinal: z.number(),
  action: z.string(),
  engineId: z.string(),
  engineName: z.string(),
  timeoutMs: z.number(),
  state: z.enum(['pending', 'running', 'acknowledged', 'verified', 'unknown', 'failed', 'skipped']),
  startedAt: z.date().nullable(),
  answeredAt: z.date().nullable(),
  verifiedAt: z.date().nullable(),
  attempts: z.number(),
  error: z.string().nullable(),
  remaining: z.string().nullable(),
  /** Real time left until the timeout and the next attempt, when this was read. */
  leftMs: z.number().nullable(),
  nextInMs: z.number().nullable(),
});
export type StepView = z.infer<typeof StepView>;

export const EmergencyView = EmergencySummary.extend({
  portfolioId: z.string().nullable(),
  keepReduceOnlyStops: z.boolean(),
  supersededBy: z.object({ id: z.string(), number: z.string() }).nullable(),
  incident: z.object({ id: z.string(), number: z.string(), state: z.string() }).nullable(),
  atStart: z.object({ workingOrders: z.number(), positions: z.number() }),
  current: Counts.extend({
    left: z.array(
      z.object({
        engine: z.string(),
        strategy: z.string(),
        instrument: z.string(),
        atStart: z.string().nullable(),
        quantity: z.string(),
        value: z.string(),
        closing: z.object({ filled: z.string(), quantity: z.string(), since: z.date() }).nullable(),
      }),
    ),
  }),
  engines: z.array(z.object({ id: z.string(), name: z.string() })),
  steps: z.array(StepView),
  told: z.array(
    z.object({
      id: z.string(),
      channel: z.string(),
      kind: z.string(),
      occasion: z.string(),
      state: z.string(),
      at: z.date(),
      error: z.string().nullable(),
    }),
  ),
  /** What each system was told when trading was resumed, until all have confirmed; empty before. */
  opening: z.object({
    lines: z.array(
      z.object({
        commandId: z.string(),
        engineId: z.string(),
        engineName: z.string(),
        standing: z.enum(['confirmed', 'waiting', 'late', 'failed']),
        sentence: z.string(),
        attempts: z.number(),
      }),
    ),
    /** Why it cannot be closed by hand now; null when it can. */
    closeRefusal: z.string().nullable(),
  }),
  resume: z.object({
    contentHash: z.string(),
    checklist: z.array(z.object({ key: z.string(), statement: z.string(), by: z.string().nullable() })),
    approvals: z.array(z.object({ name: z.string(), role: z.string(), at: z.date(), counts: z.boolean() })),
    stillNeeded: z.string().nullable(),
    /** Why the one who asks may not sign now; null when they may. */
    refusal: z.string().nullable(),
  }),
  now: z.date(),
});
export type EmergencyView = z.infer<typeof EmergencyView>;

export const TimelineItem = z.object({
  id: z.string(),
  kind: z.enum(['event', 'note']),
  type: z.string(),
  title: z.string(),
  by: z.string(),
  occurredAt: z.date(),
  recordedAt: z.date(),
  fromJournal: z.boolean(),
  pinned: z.boolean(),
});
export type TimelineItem = z.infer<typeof TimelineItem>;
