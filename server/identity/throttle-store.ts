import 'server-only';
import { and, eq, isNull, lt, sql as query } from 'drizzle-orm';
import { db } from '@/db/client';
import { factorThrottles } from '@/db/schema';
import type { Tx } from '../kernel/transaction';
import { type Attempt, spendAttempt } from './throttle';

/** How keys of addresses begin that are nobody's. */
export const NOBODY = 'nobody:';
/** Of these so many are kept: anybody can make up addresses. */
export const NOBODIES_AT_MOST = 10_000;
/** They are counted at every so many new ones. */
const COUNTED_AT_EVERY = 50;
let newNobodies = 0;

/**
 * Spends one attempt of a factor on its locked row, so that instances and parallel requests share one count.
 * Works in a transaction of its own: an attempt stays spent whatever becomes of the caller's.
 */
export async function takeAttempt(key: string, at: Date): Promise<Attempt> {
  return db.transaction(async (tx) => {
    const added = await tx
      .insert(factorThrottles)
      .values({ key, recent: [], lastTryAt: at, consecutive: 0 })
      .onConflictDoNothing()
      .returning({ key: factorThrottles.key });
    if (added.length > 0 && key.startsWith(NOBODY) && newNobodies++ % COUNTED_AT_EVERY === 0)
      await forgetOldestNobodies(tx);
    const [row] = await tx.select().from(factorThrottles).where(eq(factorThrottles.key, key)).for('update');
    const attempt = spendAttempt(row ?? null, at);
    if (attempt.allowed) await tx.update(factorThrottles).set(attempt.next).where(eq(factorThrottles.key, key));
    return attempt;
  });
}

/** The oldest counts of nobody's addresses go, whatever they say; those that another request holds stay. */
const forgetOldestNobodies = (tx: Tx) =>
  tx.execute(query`
    delete from factor_throttles where key in (
      select key from factor_throttles where key like ${`${NOBODY}%`}
      order by last_try_at desc offset ${NOBODIES_AT_MOST} for update skip locked)`);

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
