import 'server-only';
import { and, desc, eq, isNull, lt, or } from 'drizzle-orm';
import { type Db, db, type Tx } from '@/db/client';
import { apiKeys, engines } from '@/db/schema';

type From = Db | Tx;
export type ApiKey = typeof apiKeys.$inferSelect;

export async function findKeyByPrefix(prefix: string): Promise<ApiKey | null> {
  const [row] = await db.select().from(apiKeys).where(eq(apiKeys.prefix, prefix));
  return row ?? null;
}

/** Notes the last use, at most once a minute however often the key is used and by how many instances. */
export async function noteKeyUse(id: string, from: string, at: Date): Promise<void> {
  const aMinuteAgo = new Date(at.getTime() - 60_000);
  await db
    .update(apiKeys)
    .set({ lastUsedAt: at, lastUsedFrom: from })
    .where(and(eq(apiKeys.id, id), or(isNull(apiKeys.lastUsedAt), lt(apiKeys.lastUsedAt, aMinuteAgo))));
}

export async function insertKey(tx: Tx, key: typeof apiKeys.$inferInsert): Promise<void> {
  await tx.insert(apiKeys).values(key);
}

export async function lockKey(tx: Tx, id: string): Promise<ApiKey | null> {
  const [row] = await tx.select().from(apiKeys).where(eq(apiKeys.id, id)).for('update');
  return row ?? null;
}

export async function updateKey(tx: Tx, id: string, change: Partial<typeof apiKeys.$inferInsert>): Promise<void> {
  await tx.update(apiKeys).set(change).where(eq(apiKeys.id, id));
}

/** The portfolio of an engine, and since when it is disabled; null where there is none. */
export async function findEngineOf(id: string, from: From = db) {
  const [row] = await from
    .select({ portfolioId: engines.portfolioId, disabledAt: engines.disabledAt })
    .from(engines)
    .where(eq(engines.id, id));
  return row ?? null;
}

/** Every key with the engine it names, the newest first; hashes stay here. */
export async function listKeys(
  from: From = db,
): Promise<(Omit<ApiKey, 'secretHash'> & { engineName: string | null })[]> {
  const rows = await from
    .select({ key: apiKeys, engineName: engines.name })
    .from(apiKeys)
    .leftJoin(engines, eq(engines.id, apiKeys.engineId))
    .orderBy(desc(apiKeys.createdAt));
  return rows.map(({ key: { secretHash: _, ...row }, engineName }) => ({ ...row, engineName }));
}
