import 'server-only';
import { and, eq, gt, isNotNull, isNull } from 'drizzle-orm';
import { type Db, db, reservedDb } from '@/db/client';
import { engines, people, portfolios, roleGrants, sessions, strategies } from '@/db/schema';
import { reportOf } from '../engines/store';
import type { Role } from '../kernel/actor';
import type { StackFacts } from './facts';
import type { KnownSession } from './snapshot';

export type SealedEngine = Pick<
  typeof engines.$inferSelect,
  'id' | 'url' | 'secretBox' | 'previousSecretBox' | 'previousSecretUntil'
>;

/** Engines (with sealed secrets), strategies and portfolios as they stand, over the pool that only emergencies use. */
export async function readStack(): Promise<StackFacts & { sealed: SealedEngine[] }> {
  const from = reservedDb as Db;
  const rows = await from
    .select()
    .from(engines)
    .where(and(isNull(engines.disabledAt), isNotNull(engines.approvedAt)));
  const known = await from
    .select({
      id: strategies.id,
      name: strategies.name,
      ref: strategies.engineRef,
      engineId: strategies.engineId,
      portfolioId: strategies.portfolioId,
      ownerId: strategies.ownerId,
    })
    .from(strategies);
  const named = await from.select({ id: portfolios.id, name: portfolios.name }).from(portfolios);
  return {
    engines: rows.map((row) => ({
      id: row.id,
      name: row.name,
      portfolioId: row.portfolioId,
      roles: row.roles,
      isDrillTarget: row.isDrillTarget,
      epoch: Math.max(row.epoch, row.issuedEpoch),
      report: reportOf(row),
    })),
    strategies: known,
    portfolios: named,
    sealed: rows,
  };
}

/** Live sessions of enabled people with the roles they hold now. Protocol time. */
export async function readSessions(now: Date): Promise<KnownSession[]> {
  const rows = await db
    .select({ session: sessions, name: people.name })
    .from(sessions)
    .innerJoin(people, eq(people.id, sessions.personId))
    .where(and(isNull(sessions.revokedAt), gt(sessions.expiresAt, now), isNull(people.disabledAt)));
  const grants = await db.select().from(roleGrants).where(isNull(roleGrants.revokedAt));
  return rows.map(({ session, name }) => ({
    id: session.id,
    tokenHash: session.tokenHash,
    previousTokenHash: session.previousTokenHash,
    rotatedAt: session.rotatedAt?.toISOString() ?? null,
    lastInputAt: session.lastInputAt.toISOString(),
    expiresAt: session.expiresAt.toISOString(),
    personId: session.personId,
    name,
    grants: grants
      .filter((grant) => grant.personId === session.personId)
      .map((grant) => ({ role: grant.role as Role, portfolioId: grant.portfolioId })),
  }));
}
