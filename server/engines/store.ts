import 'server-only';
import { and, asc, eq, inArray, isNull, sql as query } from 'drizzle-orm';
import { db } from '@/db/client';
import { engines, seenMessages, strategies } from '@/db/schema';
import type { Tx } from '../kernel/transaction';
import { MOST_EPOCH_JUMP } from './epoch';
import { aheadOfTime, EngineReport, latestAsOf } from './messages';

export type EngineRow = typeof engines.$inferSelect;
type Reader = Tx | typeof db;

export async function findEngine(id: string, from: Reader = db): Promise<EngineRow | undefined> {
  const [row] = await from.select().from(engines).where(eq(engines.id, id));
  return row;
}

/** The row, locked until the end of the transaction: epochs are given out one at a time. */
export async function lockEngine(tx: Tx, id: string): Promise<EngineRow | undefined> {
  const [row] = await tx.select().from(engines).where(eq(engines.id, id)).for('update');
  return row;
}

/** Engines of these portfolios (null: all), disabled ones last. */
export async function listEngines(portfolioIds: string[] | null, from: Reader = db): Promise<EngineRow[]> {
  const seen =
    portfolioIds === null ? undefined : inArray(engines.portfolioId, portfolioIds.length ? portfolioIds : [NOBODY]);
  return from.select().from(engines).where(seen).orderBy(query`${engines.disabledAt} nulls first`, asc(engines.name));
}
const NOBODY = '00000000-0000-0000-0000-000000000000';

/** Engines that commands may go to: enabled and approved. */
export async function listReachableEngines(from: Reader = db): Promise<EngineRow[]> {
  const rows = await from.select().from(engines).where(isNull(engines.disabledAt)).orderBy(asc(engines.name));
  return rows.filter((row) => row.approvedAt !== null);
}

export async function insertEngine(tx: Tx, row: typeof engines.$inferInsert): Promise<boolean> {
  const made = await tx.insert(engines).values(row).onConflictDoNothing().returning({ id: engines.id });
  return made.length === 1;
}

export async function updateEngine(tx: Tx, id: string, change: Partial<EngineRow>): Promise<void> {
  await tx.update(engines).set(change).where(eq(engines.id, id));
}

/**
 * Keeps what an engine said; an older report never replaces a newer one, an epoch never falls nor runs further ahead than an
 * engine can have got. A report from ahead of time is not kept, which is said, and one that was kept is replaced by any.
 */
export async function keepReport(
  id: string,
  said: { report: EngineReport; at: Date; tookMs?: number },
  into: Reader = db,
): Promise<void> {
  // The clock of the house is moved in a test and in the demo, where an engine goes by it.
  const now = new Date(Math.max(Date.now(), said.at.getTime()));
  const why = aheadOfTime(said.report, now);
  if (why) return keepSilence(id, why, said.at, into);
  const kept = query`coalesce(${engines.lastReport}->>'asOf', '')`;
  const known = query`greatest(${engines.epoch}, ${engines.issuedEpoch})`;
  await into
    .update(engines)
    .set({
      lastReport: query`case when ${kept} <= ${said.report.asOf} or ${kept} > ${latestAsOf(now)} then ${JSON.stringify(said.report)}::jsonb else ${engines.lastReport} end`,
      lastHeartbeatAt: query`greatest(${engines.lastHeartbeatAt}, ${said.at.toISOString()}::timestamptz)`,
      epoch: query`greatest(${engines.epoch}, least(${said.report.epoch}, ${known} + ${MOST_EPOCH_JUMP}))`,
      ...(said.tookMs === undefined ? {} : { lastAnswerMs: said.tookMs, lastError: null, lastErrorAt: null }),
    })
    .where(eq(engines.id, id));
}

export async function keepSilence(id: string, why: string, at: Date, into: Reader = db): Promise<void> {
  await into.update(engines).set({ lastError: why, lastErrorAt: at }).where(eq(engines.id, id));
}

/** The report as kept, or null where there is none that can be read: unknown, not empty. */
export function reportOf(engine: Pick<EngineRow, 'lastReport'>): EngineReport | null {
  const parsed = EngineReport.safeParse(engine.lastReport);
  return parsed.success ? parsed.data : null;
}

/** Marks a signed message as seen; false when it was seen before. */
export async function markSeen(tx: Tx, message: { id: string; engineId: string; at: Date }): Promise<boolean> {
  const row = { id: `${message.engineId}:${message.id}`, engineId: message.engineId, seenAt: message.at };
  const made = await tx.insert(seenMessages).values(row).onConflictDoNothing().returning({ id: seenMessages.id });
  return made.length === 1;
}

/** Ids older than the time in which a message is accepted at all may be forgotten. */
export async function forgetSeen(before: Date): Promise<number> {
  const gone = await db
    .delete(seenMessages)
    .where(query`${seenMessages.seenAt} < ${before.toISOString()}::timestamptz`)
    .returning({ id: seenMessages.id });
  return gone.length;
}

/** Strategies that an engine runs, by the names it knows them by. */
export async function listStrategiesOf(engineIds: string[], from: Reader = db) {
  if (engineIds.length === 0) return [];
  return from
    .select({
      id: strategies.id,
      name: strategies.name,
      ref: strategies.engineRef,
      engineId: strategies.engineId,
      portfolioId: strategies.portfolioId,
      ownerId: strategies.ownerId,
    })
    .from(strategies)
    .where(and(inArray(strategies.engineId, engineIds)));
}
