import 'server-only';
import { and, asc, eq, inArray, isNull, lte } from 'drizzle-orm';
import { db, type Tx } from '@/db/client';
import { attestations, checklistItems, evidenceAttachments, launches, probeResults, waivers } from '@/db/schema';
import type { AttachmentRow, ItemRow, Reader, WaiverRow } from './store';

export const insertItems = (tx: Tx, rows: (typeof checklistItems.$inferInsert)[]) =>
  tx.insert(checklistItems).values(rows);

/** The item, held until the end of the transaction: whatever changes its content or signs it takes this lock first. */
export async function lockItem(tx: Tx, id: string): Promise<ItemRow | null> {
  const [row] = await tx.select().from(checklistItems).where(eq(checklistItems.id, id)).for('update');
  return row ?? null;
}

/** All items of a launch, held against change but not against other readers, in one order so that nobody deadlocks. */
export const holdItems = (tx: Tx, launchId: string) =>
  tx
    .select({ id: checklistItems.id })
    .from(checklistItems)
    .where(eq(checklistItems.launchId, launchId))
    .orderBy(asc(checklistItems.id))
    .for('share');

export const updateItem = (tx: Tx, id: string, change: Partial<ItemRow>) =>
  tx.update(checklistItems).set(change).where(eq(checklistItems.id, id));

export const insertAttachment = (tx: Tx, row: typeof evidenceAttachments.$inferInsert) =>
  tx.insert(evidenceAttachments).values(row);

export async function lockAttachment(tx: Tx, id: string): Promise<AttachmentRow | null> {
  const [row] = await tx.select().from(evidenceAttachments).where(eq(evidenceAttachments.id, id)).for('update');
  return row ?? null;
}

export const removeAttachment = (tx: Tx, id: string, at: Date, by: string) =>
  tx
    .update(evidenceAttachments)
    .set({ removedAt: at, removedBy: by })
    .where(and(eq(evidenceAttachments.id, id), isNull(evidenceAttachments.removedAt)));

export const insertAttestation = (tx: Tx, row: typeof attestations.$inferInsert) => tx.insert(attestations).values(row);

/** Voids signatures that still stand; gives those it voided. */
export const voidAttestations = (tx: Tx, ids: string[], at: Date, reason: string) =>
  ids.length === 0
    ? Promise.resolve([])
    : tx
        .update(attestations)
        .set({ voidedAt: at, voidReason: reason })
        .where(and(inArray(attestations.id, ids), isNull(attestations.voidedAt)))
        .returning();

export const insertWaiver = (tx: Tx, row: typeof waivers.$inferInsert) => tx.insert(waivers).values(row);

export async function lockWaiver(tx: Tx, id: string): Promise<WaiverRow | null> {
  const [row] = await tx.select().from(waivers).where(eq(waivers.id, id)).for('update');
  return row ?? null;
}

export async function findWaiver(id: string, from: Reader = db): Promise<WaiverRow | null> {
  const [row] = await from.select().from(waivers).where(eq(waivers.id, id));
  return row ?? null;
}

export const updateWaiver = (tx: Tx, id: string, change: Partial<typeof waivers.$inferInsert>) =>
  tx.update(waivers).set(change).where(eq(waivers.id, id));

export async function findItem(id: string, from: Reader = db): Promise<ItemRow | null> {
  const [row] = await from.select().from(checklistItems).where(eq(checklistItems.id, id));
  return row ?? null;
}

/** Keeps a look of a probe as the newest one of its item and kind. */
export async function insertProbeResult(tx: Tx, row: Omit<typeof probeResults.$inferInsert, 'isNewest'>) {
  await tx
    .update(probeResults)
    .set({ isNewest: false })
    .where(
      and(eq(probeResults.itemId, row.itemId), eq(probeResults.probe, row.probe), eq(probeResults.isNewest, true)),
    );
  await tx.insert(probeResults).values({ ...row, isNewest: true });
}

/** Items of launches that are still watched, with what their probes need to know. */
export async function watchedItems(itemIds: string[] | null, from: Reader = db) {
  return from
    .select({
      item: checklistItems,
      portfolioId: launches.portfolioId,
      strategyId: launches.strategyId,
      releaseId: launches.releaseId,
      status: launches.status,
    })
    .from(checklistItems)
    .innerJoin(launches, eq(launches.id, checklistItems.launchId))
    .where(
      and(
        inArray(launches.status, ['open', 'held', 'live']),
        itemIds === null ? undefined : inArray(checklistItems.id, itemIds.length ? itemIds : [NOBODY]),
      ),
    )
    .orderBy(asc(launches.openedAt), asc(checklistItems.number));
}
const NOBODY = '00000000-0000-0000-0000-000000000000';

/** Newest look per item and probe of these items. */
export const newestLooks = (itemIds: string[], from: Reader = db) =>
  itemIds.length === 0
    ? Promise.resolve([])
    : from
        .select()
        .from(probeResults)
        .where(and(inArray(probeResults.itemId, itemIds), eq(probeResults.isNewest, true)));

/** Backtests attached to items, by item. */
export const attachedBacktests = (itemIds: string[], from: Reader = db) =>
  itemIds.length === 0
    ? Promise.resolve([])
    : from
        .select({ itemId: evidenceAttachments.itemId, backtestId: evidenceAttachments.backtestId })
        .from(evidenceAttachments)
        .where(and(inArray(evidenceAttachments.itemId, itemIds), isNull(evidenceAttachments.removedAt)));

/** Waivers in force whose date has passed and which nobody has noted as expired. */
export const expiredWaivers = (now: Date, from: Reader = db) =>
  from
    .select({ waiver: waivers, item: checklistItems, portfolioId: launches.portfolioId, number: launches.number })
    .from(waivers)
    .innerJoin(checklistItems, eq(checklistItems.id, waivers.itemId))
    .innerJoin(launches, eq(launches.id, waivers.launchId))
    .where(
      and(
        isNull(waivers.expiredAt),
        isNull(waivers.revokedAt),
        isNull(waivers.rejectedAt),
        lte(waivers.expiresAt, now),
      ),
    );

/** Numbers taken in a launch, with the launch held so that two additions do not meet. */
export async function itemNumbers(tx: Tx, launchId: string): Promise<number[]> {
  await tx.select({ id: launches.id }).from(launches).where(eq(launches.id, launchId)).for('update');
  const rows = await tx
    .select({ number: checklistItems.number })
    .from(checklistItems)
    .where(eq(checklistItems.launchId, launchId));
  return rows.map((row) => row.number);
}
