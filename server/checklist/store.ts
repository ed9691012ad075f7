import 'server-only';
import { and, asc, desc, eq, inArray, isNull, lte } from 'drizzle-orm';
import { db, type Tx } from '@/db/client';
import {
  attestations,
  checklistItems,
  evidenceAttachments,
  launches,
  portfolios,
  probeResults,
  releases,
  strategies,
  waivers,
} from '@/db/schema';
import { contentHash } from '../audit/canonical';
import { enabledPeopleWith } from '../identity/store';
import { ROLES, type Role } from '../kernel/actor';
import { itemContent, itemHash } from './content';
import type { ProbeDefinition, ProbeFact } from './probe';
import type { ItemFacts } from './rules';

export type Reader = Tx | typeof db;
export type ItemRow = typeof checklistItems.$inferSelect;
export type AttachmentRow = typeof evidenceAttachments.$inferSelect;
export type AttestationRow = typeof attestations.$inferSelect;
export type WaiverRow = typeof waivers.$inferSelect;
export type ProbeRow = typeof probeResults.$inferSelect;

/** An item with everything its state is computed from. */
export type LoadedItem = {
  row: ItemRow;
  facts: ItemFacts;
  attachments: AttachmentRow[];
  attestations: AttestationRow[];
  waivers: WaiverRow[];
  probes: ProbeRow[];
};

/** The launch an item belongs to, as far as the checklist needs it. */
export async function placeOf(launchId: string, from: Reader = db) {
  const [row] = await from
    .select({
      launchId: launches.id,
      number: launches.number,
      status: launches.status,
      portfolioId: launches.portfolioId,
      portfolioName: portfolios.name,
      timeZone: portfolios.timeZone,
      strategyId: launches.strategyId,
      strategyName: strategies.name,
      ownerId: strategies.ownerId,
      releaseId: launches.releaseId,
      version: releases.version,
      templateVersion: launches.templateVersion,
    })
    .from(launches)
    .innerJoin(strategies, eq(strategies.id, launches.strategyId))
    .innerJoin(releases, eq(releases.id, launches.releaseId))
    .innerJoin(portfolios, eq(portfolios.id, launches.portfolioId))
    .where(eq(launches.id, launchId));
  return row ?? null;
}
export type Place = NonNullable<Awaited<ReturnType<typeof placeOf>>>;

/** Enabled people with the roles they hold in a portfolio now. */
export async function standingPeople(portfolioId: string, from: Reader = db) {
  const found = new Map<string, { id: string; name: string; roles: Role[] }>();
  for (const one of await enabledPeopleWith([...ROLES], portfolioId, from)) {
    const held = found.get(one.id) ?? { id: one.id, name: one.name, roles: [] };
    if (!held.roles.includes(one.role)) held.roles.push(one.role);
    found.set(one.id, held);
  }
  return [...found.values()];
}

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

/** The items of a launch with their facts, in the order of their numbers. */
export async function loadItems(launchId: string, portfolioId: string, from: Reader = db): Promise<LoadedItem[]> {
  const rows = await from
    .select()
    .from(checklistItems)
    .where(eq(checklistItems.launchId, launchId))
    .orderBy(asc(checklistItems.number));
  return withFacts(rows, portfolioId, from);
}

/** One item with its facts, as it is inside this transaction. */
export async function loadItem(row: ItemRow, portfolioId: string, from: Reader = db): Promise<LoadedItem> {
  const [loaded] = await withFacts([row], portfolioId, from);
  return loaded!;
}

async function withFacts(rows: ItemRow[], portfolioId: string, from: Reader): Promise<LoadedItem[]> {
  if (rows.length === 0) return [];
  const ids = rows.map((row) => row.id);
  const people = await standingPeople(portfolioId, from);
  const [held, signed, waived, probed] = [
    await from
      .select()
      .from(evidenceAttachments)
      .where(inArray(evidenceAttachments.itemId, ids))
      .orderBy(asc(evidenceAttachments.attachedAt), asc(evidenceAttachments.id)),
    await from
      .select()
      .from(attestations)
      .where(inArray(attestations.itemId, ids))
      .orderBy(asc(attestations.signedAt), asc(attestations.id)),
    await from.select().from(waivers).where(inArray(waivers.itemId, ids)).orderBy(desc(waivers.proposedAt)),
    await newestProbes(ids, from),
  ];
  const of = <T extends { itemId: string }>(list: T[], id: string) => list.filter((one) => one.itemId === id);
  return rows.map((row) => {
    const parts = {
      attachments: of(held, row.id),
      attestations: of(signed, row.id),
      waivers: of(waived, row.id),
      probes: of(probed.newest, row.id),
    };
    return { row, ...parts, facts: factsOf(row, parts, probed.decided, people) };
  });
}

async function newestProbes(ids: string[], from: Reader) {
  const newest = await from
    .select()
    .from(probeResults)
    .where(and(inArray(probeResults.itemId, ids), eq(probeResults.isNewest, true)));
  const decided = await from
    .selectDistinctOn([probeResults.itemId, probeResults.probe], {
      itemId: probeResults.itemId,
      probe: probeResults.probe,
      probeHash: probeResults.probeHash,
      verdict: probeResults.verdict,
    })
    .from(probeResults)
    .where(and(inArray(probeResults.itemId, ids), inArray(probeResults.verdict, ['good', 'bad'])))
    .orderBy(probeResults.itemId, probeResults.probe, desc(probeResults.checkedAt), desc(probeResults.id));
  return { newest, decided };
}

function factsOf(
  row: ItemRow,
  parts: Omit<LoadedItem, 'row' | 'facts'>,
  decided: { itemId: string; probe: string; probeHash: string; verdict: string }[],
  people: { id: string; roles: Role[] }[],
): ItemFacts {
  const evidence = parts.attachments.filter((one) => one.removedAt === null);
  const probes = row.probes.map((definition): ProbeFact => {
    const hash = probeHashOf(definition);
    // A look under other parameters says nothing about these.
    const mine = parts.probes.find((one) => one.probe === definition.kind && one.probeHash === hash);
    const last = decided.find(
      (one) => one.itemId === row.id && one.probe === definition.kind && one.probeHash === hash,
    );
    return {
      definition,
      newest: mine
        ? { verdict: mine.verdict, summary: mine.summary, checkedAt: mine.checkedAt, freshUntil: mine.freshUntil }
        : null,
      lastDecided: (last?.verdict as 'good' | 'bad' | undefined) ?? null,
    };
  });
  const isStanding = (personId: string, role: string) =>
    people.some((one) => one.id === personId && one.roles.includes(role as Role));
  return {
    item: row,
    failed: row.failedAt ? { at: row.failedAt, why: row.failedWhy ?? '' } : null,
    evidence,
    probes,
    attestations: parts.attestations.map((one) => ({
      ...one,
      role: one.role as Role,
      isStanding: isStanding(one.personId, one.role),
    })),
    waivers: parts.waivers,
    hash: itemHash(itemContent(row, evidence, probes)),
  };
}

export const probeHashOf = (definition: ProbeDefinition): string => contentHash(definition);

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
