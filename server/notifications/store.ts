import 'server-only';
import { and, asc, count, eq, gt, inArray, isNull, ne, sql } from 'drizzle-orm';
import { db } from '@/db/client';
import { channels, deliveries } from '@/db/schema';
import type { Tx } from '../kernel/transaction';
import type { Message } from './message';

export type ChannelRow = typeof channels.$inferSelect;
export type DeliveryRow = typeof deliveries.$inferSelect;

export async function findChannels(from: Tx | typeof db = db): Promise<ChannelRow[]> {
  return from.select().from(channels).orderBy(asc(channels.level), asc(channels.name));
}

export async function findChannel(id: string, from: Tx | typeof db = db): Promise<ChannelRow | undefined> {
  const [row] = await from.select().from(channels).where(eq(channels.id, id));
  return row;
}

export async function lockChannel(tx: Tx, id: string): Promise<ChannelRow | undefined> {
  const [row] = await tx.select().from(channels).where(eq(channels.id, id)).for('update');
  return row;
}

export async function insertChannel(tx: Tx, row: typeof channels.$inferInsert): Promise<void> {
  await tx.insert(channels).values(row);
}

export async function updateChannel(tx: Tx, id: string, set: Partial<typeof channels.$inferInsert>): Promise<void> {
  await tx.update(channels).set(set).where(eq(channels.id, id));
}

/** Messages queued to each channel since an instant, folded ones not counted: what a storm is measured by. */
export async function countQueuedSince(tx: Tx, channelIds: string[], since: Date): Promise<Map<string, number>> {
  if (channelIds.length === 0) return new Map();
  const rows = await tx
    .select({ channelId: deliveries.channelId, value: count() })
    .from(deliveries)
    .where(
      and(
        inArray(deliveries.channelId, channelIds),
        gt(deliveries.queuedAt, since),
        ne(deliveries.state, 'dropped'),
        gt(deliveries.priority, 0),
      ),
    )
    .groupBy(deliveries.channelId);
  return new Map(rows.map((row) => [row.channelId, row.value]));
}

/** Inserts deliveries; one whose dedupe id exists is left as it is. Returns the ids that are new. */
export async function insertDeliveries(tx: Tx, rows: (typeof deliveries.$inferInsert)[]): Promise<string[]> {
  if (rows.length === 0) return [];
  const inserted = await tx
    .insert(deliveries)
    .values(rows)
    .onConflictDoNothing({ target: deliveries.dedupeId })
    .returning({ id: deliveries.id });
  return inserted.map((row) => row.id);
}

/** Messages of a channel that were folded into the summary of a window. */
export async function countFolded(channelId: string, from: Date, to: Date): Promise<{ title: string }[]> {
  const rows = await db
    .select({ message: deliveries.message })
    .from(deliveries)
    .where(
      and(
        eq(deliveries.channelId, channelId),
        eq(deliveries.state, 'dropped'),
        sql`${deliveries.queuedAt} >= ${from.toISOString()}::timestamptz`,
        sql`${deliveries.queuedAt} < ${to.toISOString()}::timestamptz`,
      ),
    )
    .orderBy(asc(deliveries.priority), asc(deliveries.queuedAt));
  return rows.map((row) => ({ title: (row.message as Message).title }));
}

/** The delivery behind an acknowledgement token, and whether the token was used. */
export async function findDelivery(id: string, from: Tx | typeof db = db): Promise<DeliveryRow | undefined> {
  const [row] = await from.select().from(deliveries).where(eq(deliveries.id, id));
  return row;
}

/** Uses a token up; true for exactly one caller however many come at once. */
export async function consumeToken(tx: Tx, deliveryId: string, hash: string, at: Date): Promise<boolean> {
  const rows = await tx
    .update(deliveries)
    .set({ tokenUsedAt: at, readAt: sql`coalesce(${deliveries.readAt}, ${at.toISOString()}::timestamptz)` })
    .where(and(eq(deliveries.id, deliveryId), eq(deliveries.tokenHash, hash), isNull(deliveries.tokenUsedAt)))
    .returning({ id: deliveries.id });
  return rows.length === 1;
}
