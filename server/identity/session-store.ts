import 'server-only';
import { and, desc, eq, gt, isNull, ne } from 'drizzle-orm';
import { type Db, db, type Tx } from '@/db/client';
import { people, roleGrants, sessions } from '@/db/schema';
import type { Grant, Role } from '../kernel/actor';

type From = Db | Tx;
export type Session = typeof sessions.$inferSelect;

export type LookedUpSession = {
  session: Session;
  person: { id: string; name: string; isDisabled: boolean };
  grants: Grant[];
};

/** A session with its person and the roles that person holds now; asked at every request, so nothing is remembered. */
export async function lookUpSession(id: string, from: From = db): Promise<LookedUpSession | null> {
  const rows = await from
    .select({
      session: sessions,
      name: people.name,
      disabledAt: people.disabledAt,
      role: roleGrants.role,
      portfolioId: roleGrants.portfolioId,
    })
    .from(sessions)
    .innerJoin(people, eq(people.id, sessions.personId))
    .leftJoin(roleGrants, and(eq(roleGrants.personId, sessions.personId), isNull(roleGrants.revokedAt)))
    .where(eq(sessions.id, id));
  const first = rows[0];
  if (!first) return null;
  return {
    session: first.session,
    person: { id: first.session.personId, name: first.name, isDisabled: first.disabledAt !== null },
    grants: rows.flatMap((row) => (row.role ? [{ role: row.role as Role, portfolioId: row.portfolioId }] : [])),
  };
}

export async function insertSession(tx: Tx, session: typeof sessions.$inferInsert): Promise<void> {
  await tx.insert(sessions).values(session);
}

/** Moves a session to a new token; false if it has ended or another request moved it first. */
export async function rotateToken(
  id: string,
  tokens: { current: string; next: string },
  at: Date,
  from: From = db,
): Promise<boolean> {
  const rows = await from
    .update(sessions)
    .set({ tokenHash: tokens.next, previousTokenHash: tokens.current, rotatedAt: at, lastInputAt: at })
    .where(and(eq(sessions.id, id), eq(sessions.tokenHash, tokens.current), isNull(sessions.revokedAt)))
    .returning({ id: sessions.id });
  return rows.length === 1;
}

/** Notes a person's input; a session that is locked already stays locked. */
export async function noteInput(id: string, at: Date, lockedBefore: Date): Promise<boolean> {
  const rows = await db
    .update(sessions)
    .set({ lastInputAt: at })
    .where(and(eq(sessions.id, id), isNull(sessions.revokedAt), gt(sessions.lastInputAt, lockedBefore)))
    .returning({ id: sessions.id });
  return rows.length === 1;
}

export async function unlockSession(tx: Tx, id: string, at: Date): Promise<void> {
  await tx
    .update(sessions)
    .set({ lastInputAt: at })
    .where(and(eq(sessions.id, id), isNull(sessions.revokedAt)));
}

/** Ends one session of a person; false if there is none that lives. */
export async function revokeSession(tx: Tx, id: string, personId: string, why: string, at: Date): Promise<boolean> {
  const rows = await tx
    .update(sessions)
    .set({ revokedAt: at, revokedWhy: why })
    .where(and(eq(sessions.id, id), eq(sessions.personId, personId), isNull(sessions.revokedAt)))
    .returning({ id: sessions.id });
  return rows.length === 1;
}

/** Ends all sessions of a person, but one if it is named; how many that were. */
export async function revokeSessionsOf(tx: Tx, personId: string, why: string, at: Date, but?: string): Promise<number> {
  const rows = await tx
    .update(sessions)
    .set({ revokedAt: at, revokedWhy: why })
    .where(
      and(
        eq(sessions.personId, personId),
        isNull(sessions.revokedAt),
        gt(sessions.expiresAt, at),
        but ? ne(sessions.id, but) : undefined,
      ),
    )
    .returning({ id: sessions.id });
  return rows.length;
}

/** Sessions of a person that have neither ended nor been revoked, the newest first. */
export async function liveSessionsOf(personId: string, at: Date): Promise<Session[]> {
  return db
    .select()
    .from(sessions)
    .where(and(eq(sessions.personId, personId), isNull(sessions.revokedAt), gt(sessions.expiresAt, at)))
    .orderBy(desc(sessions.createdAt));
}
