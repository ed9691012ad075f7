import 'server-only';
import { and, eq, sql } from 'drizzle-orm';
import { db } from '@/db/client';
import { jobRuns } from '@/db/schema';
import { newId } from '../kernel/ids';

export type JobRun = typeof jobRuns.$inferSelect;
export type Claim = { id: string; attempt: number };

export const LEASE_SECONDS = 60;
const leaseEnd = sql`app.protocol_now() + make_interval(secs => ${LEASE_SECONDS})`;

/**
 * Takes the run of a job in a bucket for this process, or returns null when it was done or somebody is at it.
 * A failed run, and one whose runner let its lease end, is taken again; `attempt` fences the earlier runner off.
 */
export async function claimRun(name: string, bucket: string): Promise<Claim | null> {
  const [row] = await db
    .insert(jobRuns)
    .values({
      id: newId(),
      name,
      bucket,
      startedAt: sql`app.protocol_now()`,
      leaseUntil: leaseEnd,
      outcome: 'running',
    })
    .onConflictDoUpdate({
      target: [jobRuns.name, jobRuns.bucket],
      set: {
        attempt: sql`${jobRuns.attempt} + 1`,
        startedAt: sql`app.protocol_now()`,
        finishedAt: null,
        leaseUntil: leaseEnd,
        outcome: 'running',
        error: null,
      },
      setWhere: sql`${jobRuns.outcome} = 'failed'
        or (${jobRuns.outcome} = 'running' and ${jobRuns.leaseUntil} < app.protocol_now())`,
    })
    .returning({ id: jobRuns.id, attempt: jobRuns.attempt });
  return row ?? null;
}

const held = (claim: Claim) =>
  and(eq(jobRuns.id, claim.id), eq(jobRuns.attempt, claim.attempt), eq(jobRuns.outcome, 'running'));

export async function renewRun(claim: Claim): Promise<void> {
  await db.update(jobRuns).set({ leaseUntil: leaseEnd }).where(held(claim));
}

/** Writes how the run ended; nothing when another runner has taken it meanwhile. */
export async function finishRun(
  claim: Claim,
  end: { outcome: 'done'; result: unknown } | { outcome: 'failed'; error: string },
): Promise<void> {
  await db
    .update(jobRuns)
    .set({ ...end, finishedAt: sql`app.protocol_now()` })
    .where(held(claim));
}

export async function findRun(name: string, bucket: string): Promise<JobRun | undefined> {
  const [row] = await db
    .select()
    .from(jobRuns)
    .where(and(eq(jobRuns.name, name), eq(jobRuns.bucket, bucket)));
  return row;
}

/** Removes runs older than the days given; each bucket is long past any repeat. */
export async function forgetRuns(olderThanDays: number): Promise<number> {
  const rows = await db
    .delete(jobRuns)
    .where(sql`${jobRuns.startedAt} < app.protocol_now() - make_interval(days => ${olderThanDays})`)
    .returning({ id: jobRuns.id });
  return rows.length;
}

const PARTITIONED = ['snapshots', 'metric_minutes'];
const MONTHS_AHEAD = [0, 1, 2];

/** The partitions of this month of domain time and of the next two, made where they are missing; gives their names. */
export async function makePartitions(): Promise<{ partitions: string[] }> {
  const partitions: string[] = [];
  for (const parent of PARTITIONED) {
    for (const months of MONTHS_AHEAD) {
      const [row] = await db.execute<{ name: string }>(
        sql`select app.ensure_month(${parent}, app.now() + make_interval(months => ${months})) as name`,
      );
      if (row) partitions.push(row.name);
    }
  }
  return { partitions };
}
