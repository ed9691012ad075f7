import 'server-only';
import { and, eq, isNull, lt } from 'drizzle-orm';
import { db } from '@/db/client';
import { factorThrottles } from '@/db/schema';
import { type Attempt, spendAttempt } from './throttle';

/**
 * Spends one attempt of a factor on its locked row, so that instances and parallel requests share one count.
 * Works in a transaction of its own: an attempt stays spent whatever becomes of the caller's.
 */
export async function takeAttempt(key: string, at: Date): Promise<Attempt> {
  return db.transaction(async (tx) => {
    await tx.insert(factorThrottles).values({ key, recent: [], lastTryAt: at, consecutive: 0 }).onConflictDoNothing();
    const [row] = await tx.select().from(factorThrottles).where(eq(factorThrottles.key, key)).for('update');
    const attempt = spendAttempt(row ?? null, at);
    if (attempt.allowed) await tx.update(factorThrottles).set(attempt.next).where(eq(factorThrottles.key, key));
    return attempt;
  });
}

/** Starts the count from nothing, after a right answer or by an admin. */
export async function forgetAttempts(key: string): Promise<void> {
  await db.delete(factorThrottles).where(eq(factorThrottles.key, key));
}

/** Forgets counts that no longer matter: idle since `before` and not locked hard. */
export async function forgetIdleThrottles(before: Date): Promise<number> {
  const rows = await db
    .delete(factorThrottles)
    .where(and(isNull(factorThrottles.hardLockedAt), lt(factorThrottles.lastTryAt, before)))
    .returning({ key: factorThrottles.key });
  return rows.length;
}
