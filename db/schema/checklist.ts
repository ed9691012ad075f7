import { boolean, index, integer, jsonb, pgTable, text, unique, uuid } from 'drizzle-orm/pg-core';
import { id, instant } from './columns';

export const checklistTemplates = pgTable('checklist_templates', {
  version: integer().primaryKey(),
  items: jsonb().notNull(),
  contentHash: text().notNull(),
  createdBy: text().notNull(),
  createdAt: instant().notNull(),
});

export const checklistItems = pgTable(
  'checklist_items',
  {
    id: id(),
    launchId: uuid().notNull(),
    number: integer().notNull(),
    section: text().notNull(),
    text: text().notNull(),
    ownerRole: text().notNull(),
    isCritical: boolean().notNull(),
    evidenceKinds: text().array().notNull(),
    /** Probe definitions: kind, parameters, and whether it counts before it was told what to look at. */
    probes: jsonb()
      .$type<{ kind: string; params: Record<string, unknown>; required: 'always' | 'when-configured' | 'advisory' }[]>()
      .notNull(),
    dueAt: instant(),
    failedAt: instant(),
    failedWhy: text(),
    version: integer().notNull().default(1),
  },
  (t) => [unique('checklist_items_number').on(t.launchId, t.number)],
);

export const evidenceAttachments = pgTable(
  'evidence_attachments',
  {
    id: id(),
    itemId: uuid()
      .notNull()
      .references(() => checklistItems.id),
    kind: text({ enum: ['text', 'link', 'file', 'import'] }).notNull(),
    body: text().notNull(),
    fileId: uuid(),
    backtestId: uuid(),
    digest: text().notNull(),
    authorId: uuid().notNull(),
    authorName: text().notNull(),
    attachedAt: instant().notNull(),
    removedAt: instant(),
    removedBy: text(),
  },
  (t) => [index('evidence_attachments_item').on(t.itemId)],
);

export const attestations = pgTable(
  'attestations',
  {
    id: id(),
    itemId: uuid()
      .notNull()
      .references(() => checklistItems.id),
    launchId: uuid().notNull(),
    personId: uuid().notNull(),
    personName: text().notNull(),
    role: text().notNull(),
    statement: text().notNull(),
    note: text().notNull().default(''),
    contentHash: text().notNull(),
    content: jsonb().notNull(),
    factor: text().notNull(),
    signedAt: instant().notNull(),
    voidedAt: instant(),
    voidReason: text(),
  },
  (t) => [index('attestations_item').on(t.itemId)],
);

export const waivers = pgTable(
  'waivers',
  {
    id: id(),
    itemId: uuid()
      .notNull()
      .references(() => checklistItems.id),
    launchId: uuid().notNull(),
    reason: text().notNull(),
    contentHash: text().notNull(),
    /** Kinds of probes that were not good when it was proposed: they are what it exempts. */
    exemptProbes: text().array().notNull(),
    proposedBy: uuid().notNull(),
    proposedByName: text().notNull(),
    proposedAt: instant().notNull(),
    approvals: jsonb()
      .$type<{ personId: string; name: string; role: string; at: string; factor: string }[]>()
      .notNull(),
    grantedAt: instant(),
    expiresAt: instant().notNull(),
    rejectedAt: instant(),
    rejectedWhy: text(),
    revokedAt: instant(),
    revokedBy: text(),
    revokedWhy: text(),
    expiredAt: instant(),
  },
  (t) => [index('waivers_item').on(t.itemId)],
);

/** The newest verdict of each probe target, and its history. */
export const probeResults = pgTable(
  'probe_results',
  {
    id: id(),
    itemId: uuid().notNull(),
    launchId: uuid().notNull(),
    probe: text().notNull(),
    probeHash: text().notNull(),
    verdict: text({ enum: ['good', 'bad', 'unknown'] }).notNull(),
    summary: text().notNull(),
    measurement: jsonb().notNull(),
    checkedAt: instant().notNull(),
    /** From when on the verdict is stale, hence unknown. */
    freshUntil: instant().notNull(),
    isNewest: boolean().notNull(),
  },
  (t) => [index('probe_results_item').on(t.itemId, t.probe, t.checkedAt)],
);
