import 'server-only';
import { and, asc, count, eq, gt, isNull, lt } from 'drizzle-orm';
import { type Db, db, type Tx } from '@/db/client';
import { passkeys, recoveryCodes, webauthnChallenges } from '@/db/schema';

type From = Db | Tx;
export type Passkey = typeof passkeys.$inferSelect;
export type ChallengePurpose = (typeof webauthnChallenges.$inferSelect)['purpose'];

/** Voids the codes a person has and stores a new set. */
export async function replaceRecoveryCodes(tx: Tx, personId: string, rows: { id: string; hash: string }[], at: Date) {
  await tx
    .update(recoveryCodes)
    .set({ voidedAt: at })
    .where(and(eq(recoveryCodes.personId, personId), isNull(recoveryCodes.voidedAt)));
  await tx.insert(recoveryCodes).values(rows.map((row) => ({ ...row, personId, createdAt: at })));
}

/** Uses one recovery code; true for one of any number of parallel calls. */
export async function spendRecoveryCode(personId: string, hash: string, at: Date, from: From = db): Promise<boolean> {
  const rows = await from
    .update(recoveryCodes)
    .set({ usedAt: at })
    .where(
      and(
        eq(recoveryCodes.personId, personId),
        eq(recoveryCodes.hash, hash),
        isNull(recoveryCodes.usedAt),
        isNull(recoveryCodes.voidedAt),
      ),
    )
    .returning({ id: recoveryCodes.id });
  return rows.length > 0;
}

export async function recoveryCodesLeft(personId: string): Promise<number> {
  const [row] = await db
    .select({ n: count() })
    .from(recoveryCodes)
    .where(and(eq(recoveryCodes.personId, personId), isNull(recoveryCodes.usedAt), isNull(recoveryCodes.voidedAt)));
  return row?.n ?? 0;
}

export async function passkeysOf(personId: string, from: From = db): Promise<Passkey[]> {
  return from
    .select()
    .from(passkeys)
    .where(and(eq(passkeys.personId, personId), isNull(passkeys.removedAt)))
    .orderBy(asc(passkeys.createdAt));
}

export async function findPasskey(id: string): Promise<Passkey | null> {
  const [row] = await db
    .select()
    .from(passkeys)
    .where(and(eq(passkeys.id, id), isNull(passkeys.removedAt)));
  return row ?? null;
}

export async function insertPasskey(tx: Tx, passkey: typeof passkeys.$inferInsert): Promise<void> {
  await tx.insert(passkeys).values(passkey);
}

export async function notePasskeyUse(id: string, counter: number, at: Date): Promise<void> {
  await db.update(passkeys).set({ counter, lastUsedAt: at }).where(eq(passkeys.id, id));
}

export async function removePasskey(tx: Tx, id: string, personId: string, at: Date): Promise<boolean> {
  const rows = await tx
    .update(passkeys)
    .set({ removedAt: at })
    .where(and(eq(passkeys.id, id), eq(passkeys.personId, personId), isNull(passkeys.removedAt)))
    .returning({ id: passkeys.id });
  return rows.length === 1;
}

/** At every so many new challenges those that ran out are forgotten: anybody may ask for one. */
const FORGOTTEN_AT_EVERY = 50;
let challengesMade = 0;

export async function insertChallenge(row: typeof webauthnChallenges.$inferInsert): Promise<void> {
  await db.insert(webauthnChallenges).values(row);
  if (challengesMade++ % FORGOTTEN_AT_EVERY === 0) await forgetChallenges(new Date());
}

/** Uses a challenge once, for the purpose it was made for; null when stale, reused, unknown or made for another purpose. */
export async function redeemChallenge(challenge: string, purpose: ChallengePurpose, at: Date) {
  const [row] = await db
    .update(webauthnChallenges)
    .set({ usedAt: at })
    .where(
      and(
        eq(webauthnChallenges.challenge, challenge),
        eq(webauthnChallenges.purpose, purpose),
        isNull(webauthnChallenges.usedAt),
        gt(webauthnChallenges.expiresAt, at),
      ),
    )
    .returning();
  return row ?? null;
}

export async function forgetChallenges(at: Date): Promise<number> {
  const rows = await db
    .delete(webauthnChallenges)
    .where(lt(webauthnChallenges.expiresAt, at))
    .returning({ challenge: webauthnChallenges.challenge });
  return rows.length;
}
