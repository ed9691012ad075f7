import 'server-only';
import { and, desc, eq, inArray, sql } from 'drizzle-orm';
import { db } from '@/db/client';
import { channels, deliveries } from '@/db/schema';
import type { Tx } from '../kernel/transaction';
import type { DeliveryRow } from './store';

/** How long one attempt holds its row; a paused process whose lease ended finds its fence passed and writes nothing. */
export const LEASE_SECONDS = 45;
/** Attempts that one channel may have under way: a receiver that hangs holds these and no more. */
const UNDER_WAY_PER_CHANNEL = 3;

/**
 * Takes the next due delivery for this process, or undefined when none is due: an emergency first, then by severity and
 * age. Rows that others hold are passed over; a row whose holder died is due again when its lease has run out.
 */
export async function claimDelivery(): Promise<DeliveryRow | undefined> {
  const [row] = await db
    .update(deliveries)
    .set({
      state: 'sending',
      attempts: sql`${deliveries.attempts} + 1`,
      fence: sql`${deliveries.fence} + 1`,
      leaseUntil: sql`app.protocol_now() + make_interval(secs => ${LEASE_SECONDS})`,
    })
    .where(
      sql`${deliveries.id} = (
        select d.id from deliveries d
        where ((d.state in ('queued', 'retrying') and d.next_attempt_at <= app.protocol_now())
          or (d.state = 'sending' and d.lease_until < app.protocol_now()))
          and (d.priority = 0 or (select count(*) from deliveries held where held.channel_id = d.channel_id
            and held.state = 'sending' and held.lease_until >= app.protocol_now()) < ${UNDER_WAY_PER_CHANNEL})
        order by d.priority, d.next_attempt_at, d.id
        limit 1
        for update skip locked)`,
    )
    .returning();
  return row;
}

export type Settlement = Partial<typeof deliveries.$inferInsert>;

/** Writes how an attempt ended; false when somebody else has taken the row since, and then nothing is written. */
export async function settleDelivery(tx: Tx, claimed: DeliveryRow, set: Settlement): Promise<boolean> {
  const rows = await tx
    .update(deliveries)
    .set({ ...set, leaseUntil: null })
    .where(and(eq(deliveries.id, claimed.id), eq(deliveries.fence, claimed.fence), eq(deliveries.state, 'sending')))
    .returning({ id: deliveries.id });
  return rows.length === 1;
}

/** Messages that wait for a channel that is no longer in use become `dropped`, so that nothing looks under way. */
export async function dropWaiting(tx: Tx, channelId: string, why: string): Promise<number> {
  const rows = await tx
    .update(deliveries)
    .set({ state: 'dropped', lastError: why })
    .where(and(eq(deliveries.channelId, channelId), inArray(deliveries.state, ['queued', 'retrying'])))
    .returning({ id: deliveries.id });
  return rows.length;
}

/** When the next waiting delivery is due, to wake for it; null when nothing waits. */
export async function findNextDue(): Promise<Date | null> {
  const rows = await db.execute<{ at: string | null }>(sql`
    select min(next_attempt_at) as at from deliveries where state in ('queued', 'retrying')`);
  const at = rows[0]?.at;
  return at ? new Date(at) : null;
}

const listed = {
  id: deliveries.id,
  channelId: deliveries.channelId,
  channelName: channels.name,
  channelKind: channels.kind,
  subjectKind: deliveries.subjectKind,
  subjectId: deliveries.subjectId,
  message: deliveries.message,
  state: deliveries.state,
  attempts: deliveries.attempts,
  queuedAt: deliveries.queuedAt,
  nextAttemptAt: deliveries.nextAttemptAt,
  deliveredAt: deliveries.deliveredAt,
  readAt: deliveries.readAt,
  tokenUsedAt: deliveries.tokenUsedAt,
  lastError: deliveries.lastError,
  lastStatus: deliveries.lastStatus,
};

/** Deliveries of a subject, newest first; each has a status that people see. */
export async function findDeliveriesOf(subject: { kind: string; id: string }) {
  return db
    .select(listed)
    .from(deliveries)
    .innerJoin(channels, eq(channels.id, deliveries.channelId))
    .where(and(eq(deliveries.subjectKind, subject.kind), eq(deliveries.subjectId, subject.id)))
    .orderBy(desc(deliveries.queuedAt), desc(deliveries.id))
    .limit(200);
}

export async function findDeliveriesOfChannel(channelId: string, limit = 50) {
  return db
    .select(listed)
    .from(deliveries)
    .innerJoin(channels, eq(channels.id, deliveries.channelId))
    .where(eq(deliveries.channelId, channelId))
    .orderBy(desc(deliveries.queuedAt), desc(deliveries.id))
    .limit(limit);
}

export type DeliveryListed = Awaited<ReturnType<typeof findDeliveriesOf>>[number];

/** Counts of the outbox by state, and the age in seconds of the oldest message that waits: what metrics tell. */
export async function countOutbox(): Promise<{ byState: Record<string, number>; oldestWaitingSeconds: number | null }> {
  const rows = await db.execute<{ state: string; n: string; oldest: string | null }>(sql`
    select state, count(*) as n,
      extract(epoch from app.protocol_now() - min(next_attempt_at) filter (where state in ('queued', 'retrying'))) as oldest
    from deliveries group by state`);
  const waiting = rows.flatMap((row) => (row.oldest === null ? [] : [Number(row.oldest)]));
  return {
    byState: Object.fromEntries(rows.map((row) => [row.state, Number(row.n)])),
    oldestWaitingSeconds: waiting.length ? Math.max(0, ...waiting) : null,
  };
}
