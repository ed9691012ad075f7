import 'server-only';
import { and, asc, eq, isNull } from 'drizzle-orm';
import { db, type Tx } from '@/db/client';
import { launchPhases, runbookSteps, stepRuns } from '@/db/schema';
import type { PhaseNumber, PhaseState, StepFact } from './phases';
import type { Reader } from './store';

export type StepRow = typeof runbookSteps.$inferSelect;

export type StepRunRow = typeof stepRuns.$inferSelect;

export type PhaseRow = typeof launchPhases.$inferSelect;

export const insertPhases = (tx: Tx, rows: (typeof launchPhases.$inferInsert)[]) =>
  tx.insert(launchPhases).values(rows);

export const phasesOf = (launchId: string, from: Reader = db): Promise<PhaseRow[]> =>
  from.select().from(launchPhases).where(eq(launchPhases.launchId, launchId)).orderBy(asc(launchPhases.phase));

export const updatePhase = (
  tx: Tx,
  launchId: string,
  phase: PhaseNumber,
  change: Partial<PhaseRow> & { state: PhaseState },
) =>
  tx
    .update(launchPhases)
    .set(change)
    .where(and(eq(launchPhases.launchId, launchId), eq(launchPhases.phase, phase)));

export const insertSteps = (tx: Tx, rows: (typeof runbookSteps.$inferInsert)[]) => tx.insert(runbookSteps).values(rows);

export const updateStep = (tx: Tx, id: string, change: Partial<StepRow>) =>
  tx.update(runbookSteps).set(change).where(eq(runbookSteps.id, id));

export async function findStep(id: string, from: Reader = db): Promise<StepRow | null> {
  const [row] = await from.select().from(runbookSteps).where(eq(runbookSteps.id, id));
  return row ?? null;
}

/** Steps of a launch that were not removed, with their recorded runs, in order. */
export async function stepsOf(launchId: string, from: Reader = db): Promise<(StepRow & { runs: StepRunRow[] })[]> {
  const steps = await from
    .select()
    .from(runbookSteps)
    .where(and(eq(runbookSteps.launchId, launchId), isNull(runbookSteps.removedAt)))
    .orderBy(asc(runbookSteps.phase), asc(runbookSteps.ordinal), asc(runbookSteps.id));
  const runs = await from
    .select()
    .from(stepRuns)
    .where(eq(stepRuns.launchId, launchId))
    .orderBy(asc(stepRuns.recordedAt), asc(stepRuns.id));
  return steps.map((step) => ({ ...step, runs: runs.filter((run) => run.stepId === step.id) }));
}

export const stepFact = (step: StepRow & { runs: StepRunRow[] }): StepFact => ({
  id: step.id,
  ordinal: step.ordinal,
  title: step.title,
  tranche: step.tranche,
  runs: step.runs,
});

export async function runByKey(key: string, from: Reader = db): Promise<StepRunRow | null> {
  const [row] = await from.select().from(stepRuns).where(eq(stepRuns.idempotencyKey, key));
  return row ?? null;
}

export const insertRun = (tx: Tx, row: typeof stepRuns.$inferInsert) => tx.insert(stepRuns).values(row);
