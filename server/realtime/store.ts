import 'server-only';
import { and, eq, gt, isNull, sql } from 'drizzle-orm';
import { db } from '@/db/client';
import { people, sessions } from '@/db/schema';

/** Is the session behind a stream still good: not revoked, not over, its person not disabled? */
export async function isSessionAlive(sessionId: string): Promise<boolean> {
  const rows = await db
    .select({ id: sessions.id })
    .from(sessions)
    .innerJoin(people, eq(people.id, sessions.personId))
    .where(
      and(
        eq(sessions.id, sessionId),
        isNull(sessions.revokedAt),
        gt(sessions.expiresAt, sql`app.protocol_now()`),
        isNull(people.disabledAt),
      ),
    );
  return rows.length === 1;
}
