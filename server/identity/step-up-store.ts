import 'server-only';
import { and, eq, gt, isNull, lt } from 'drizzle-orm';
import { db, type Tx } from '@/db/client';
import { stepUps } from '@/db/schema';

export type StepUp = typeof stepUps.$inferSelect;

export async function insertStepUp(tx: Tx, stepUp: typeof stepUps.$inferInsert): Promise<void> {
  await tx.insert(stepUps).values(stepUp);
}

/** Uses a step-up once, if it is for this person, session, operation and content and has not run out. */
export async function spendStepUp(
  tx: Tx,
  wanted: { hash: string; personId: string; sessionId: string; operation: string; contentHash: string },
  at: Date,
): Promise<StepUp | null> {
  const [row] = await tx
    .update(stepUps)
    .set({ usedAt: at })
    .where(
      and(
        eq(stepUps.hash, wanted.hash),
        eq(stepUps.personId, wanted.personId),
        eq(stepUps.sessionId, wanted.sessionId),
        eq(stepUps.operation, wanted.operation),
        eq(stepUps.contentHash, wanted.contentHash),
        isNull(stepUps.usedAt),
        gt(stepUps.expiresAt, at),
      ),
    )
    .returning();
  return row ?? null;
}

/** Forgets step-ups that ran out before `at`; that they were given and used is in the events. */
export async function forgetStepUps(at: Date): Promise<number> {
  const rows = await db.delete(stepUps).where(lt(stepUps.expiresAt, at)).returning({ hash: stepUps.hash });
  return rows.length;
}
