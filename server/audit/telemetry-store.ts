import 'server-only';
import { and, asc, desc, eq, gte, sql as query } from 'drizzle-orm';
import { db, type Tx } from '@/db/client';
import { events, snapshots, telemetrySeals } from '@/db/schema';

export type SealedMinute = { portfolioId: string; minute: Date; leaves: string[] };

/**
 * Telemetry received in [from, to), by portfolio and minute of receipt, one leaf a row in a fixed order. A row is never
 * changed after it was stored, so a minute that is over has the same leaves for ever.
 */
export async function snapshotMinutes(from: Date, to: Date): Promise<SealedMinute[]> {
  const minute = query<Date>`date_trunc('minute', ${snapshots.receivedAt}, 'UTC')`.mapWith(snapshots.receivedAt);
  const leaf = query<string>`${snapshots.accountId} || ':' || ${snapshots.sequence} || ':' || ${snapshots.contentHash}`;
  const rows = await db
    .select({
      portfolioId: snapshots.portfolioId,
      minute,
      leaves: query<string[]>`array_agg(${leaf} order by ${snapshots.accountId}, ${snapshots.sequence})`,
    })
    .from(snapshots)
    .where(and(gte(snapshots.receivedAt, from), query`${snapshots.receivedAt} < ${to.toISOString()}::timestamptz`))
    .groupBy(snapshots.portfolioId, minute)
    .orderBy(asc(minute), asc(snapshots.portfolioId));
  return rows;
}

/** The minute up to which telemetry of a kind is sealed, or null before the first seal. */
export async function lastSealedMinute(kind: string): Promise<Date | null> {
  const [row] = await db
    .select({ minute: telemetrySeals.minute })
    .from(telemetrySeals)
    .where(eq(telemetrySeals.kind, kind))
    .orderBy(desc(telemetrySeals.minute))
    .limit(1);
  return row?.minute ?? null;
}

/** Stores a seal once; false where this minute was sealed already. */
export async function insertSeal(tx: Tx, seal: typeof telemetrySeals.$inferInsert): Promise<boolean> {
  const rows = await tx.insert(telemetrySeals).values(seal).onConflictDoNothing().returning({ id: telemetrySeals.id });
  return rows.length === 1;
}

/** The earliest receipt that no seal covers yet, or null where nothing waits. */
export async function firstUnsealed(after: Date | null): Promise<Date | null> {
  const [row] = await db
    .select({
      at: query<Date | null>`min(${snapshots.receivedAt})`.mapWith((value) => (value ? new Date(value) : null)),
    })
    .from(snapshots)
    .where(after ? gte(snapshots.receivedAt, after) : undefined);
  return row?.at ?? null;
}

export type StoredSeal = typeof telemetrySeals.$inferSelect & { eventContent: string | null };

/** The newest seals with the event that carries each in the chain; null for all. */
export async function sealsWithEvents(limit: number | null): Promise<StoredSeal[]> {
  const rows = db
    .select({ seal: telemetrySeals, eventContent: events.content })
    .from(telemetrySeals)
    .leftJoin(
      events,
      and(
        eq(events.type, 'telemetry.sealed'),
        eq(events.portfolioId, telemetrySeals.portfolioId),
        eq(
          events.subjectId,
          query`${telemetrySeals.kind} || ' ' || to_char(${telemetrySeals.minute} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`,
        ),
      ),
    )
    .orderBy(desc(telemetrySeals.minute));
  const found = await (limit === null ? rows : rows.limit(limit));
  return found.map(({ seal, eventContent }) => ({ ...seal, eventContent }));
}

/** Whether rows this old may have been removed by retention: raw snapshots are kept 90 days. */
export const SNAPSHOT_RETENTION_DAYS = 90;
