import 'server-only';
import { and, asc, desc, eq, inArray } from 'drizzle-orm';
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
