import type { z } from 'zod';

export type ProbeVerdict = 'good' | 'bad' | 'unknown';

/**
 * A probe as an item asks for it. `when-configured`: it counts only once it has been told what to look at. `advisory`: it
 * is shown to those who sign and never shuts the item.
 */
export type ProbeDefinition = {
  kind: string;
  params: Record<string, unknown>;
  required: 'always' | 'when-configured' | 'advisory';
};

/** What one look found: a verdict, a few words for the row, and the numbers behind them (JSON values). */
export type ProbeReport = { verdict: ProbeVerdict; summary: string; measurement: Record<string, unknown> };

/** For whom a probe looks. */
export type ProbeContext = {
  launchId: string;
  itemId: string;
  portfolioId: string;
  strategyId: string;
  releaseId: string;
  /** Ids of the backtests attached to the item. */
  backtestIds: string[];
  now: Date;
};

/**
 * A check that verifies an item by itself, before and after the launch. Each domain offers its own; the composition at
 * `server/jobs/probe-registry.ts` is the only place that knows them all.
 */
export type Probe<Params = unknown> = {
  kind: string;
  /** In a few words: what is looked at. */
  label: string;
  params: z.ZodType<Params>;
  /** How often it looks by itself; its verdict is stale after three times that. */
  everySeconds: number;
  timeoutMs: number;
  /** Looks once. A thrown error is recorded as `unknown` with its message, never as good. */
  check(params: Params, context: ProbeContext): Promise<ProbeReport>;
};

/** Keeps the type of the parameters together with their schema. */
export const defineProbe = <Params>(probe: Probe<Params>): Probe => probe as unknown as Probe;

export type ProbeRegistry = ReadonlyMap<string, Probe>;

/** Whether a probe has been told what to look at: one that takes lists of targets needs an entry in one of them. */
export function isConfigured({ params }: ProbeDefinition): boolean {
  const lists = Object.values(params).filter(Array.isArray);
  return lists.length === 0 || lists.some((list) => list.length > 0);
}

/** The newest results of one probe of an item. `lastDecided` is the newest verdict that was not unknown. */
export type ProbeFact = {
  definition: ProbeDefinition;
  newest: { verdict: ProbeVerdict; summary: string; checkedAt: Date; freshUntil: Date } | null;
  lastDecided: 'good' | 'bad' | null;
};

export type ProbeStanding =
  | { state: 'off'; sentence: string }
  | { state: 'good'; sentence: string }
  | { state: 'bad'; sentence: string }
  | { state: 'unknown'; sentence: string };

/**
 * Where a probe stands now: off (nothing to look at, and none demanded), good, bad, or unknown: never looked, the look
 * failed, or the last good look is too old. A bad verdict does not become better by growing old.
 */
export function probeStanding(fact: ProbeFact, now: Date): ProbeStanding {
  const { definition, newest } = fact;
  if (!isConfigured(definition)) {
    return definition.required !== 'always'
      ? { state: 'off', sentence: `The probe ${definition.kind} is off: nothing was named to look at.` }
      : { state: 'unknown', sentence: `The probe ${definition.kind} has nothing to look at. Name its targets.` };
  }
  if (!newest) return { state: 'unknown', sentence: `The probe ${definition.kind} has not looked yet.` };
  if (newest.verdict === 'bad') return { state: 'bad', sentence: newest.summary };
  if (newest.verdict === 'unknown') {
    return fact.lastDecided === 'bad'
      ? { state: 'bad', sentence: `Was bad, and cannot be checked since: ${newest.summary}` }
      : { state: 'unknown', sentence: newest.summary };
  }
  if (newest.freshUntil < now) {
    return { state: 'unknown', sentence: `${newest.summary}, but the probe has not looked for too long.` };
  }
  return { state: 'good', sentence: newest.summary };
}
