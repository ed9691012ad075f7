import 'server-only';
import { and, asc, eq, gte, isNull } from 'drizzle-orm';
import { db, type Tx } from '@/db/client';
import { soakBuckets, trancheStays } from '@/db/schema';
import type { Reader } from './store';

export type StayRow = typeof trancheStays.$inferSelect;

/** Stays of a launch in its tranches, the newest last. */
export const staysOf = (launchId: string, from: Reader = db): Promise<StayRow[]> =>
  from.select().from(trancheStays).where(eq(trancheStays.launchId, launchId)).orderBy(asc(trancheStays.enteredAt));

export const insertStay = (tx: Tx, row: typeof trancheStays.$inferInsert) => tx.insert(trancheStays).values(row);

export const leaveStay = (tx: Tx, launchId: string, at: Date, why: string) =>
  tx
    .update(trancheStays)
    .set({ leftAt: at, leftWhy: why })
    .where(and(eq(trancheStays.launchId, launchId), isNull(trancheStays.leftAt)));

/** Buckets of health since an instant. */
export const bucketsSince = (launchId: string, since: Date, from: Reader = db) =>
  from
    .select()
    .from(soakBuckets)
    .where(and(eq(soakBuckets.launchId, launchId), gte(soakBuckets.bucket, since)))
    .orderBy(asc(soakBuckets.bucket));

/** Keeps the health of a minute; false when it was kept before. */
export async function insertBucket(tx: Tx, row: typeof soakBuckets.$inferInsert): Promise<boolean> {
  const made = await tx.insert(soakBuckets).values(row).onConflictDoNothing().returning({ bucket: soakBuckets.bucket });
  return made.length === 1;
}
