import 'server-only';
import { and, asc, desc, eq, inArray, isNull, lte } from 'drizzle-orm';
import type { Tx } from '@/db/client';
import { db } from '@/db/client';
import { approvals, policies } from '@/db/schema';
import {
  type ApprovalPolicy,
  DEFAULT_APPROVAL_POLICY,
  DEFAULT_SOAK_POLICY,
  type Gate,
  parseApprovalPolicy,
  parseSoakPolicy,
  type SoakPolicy,
  type Versioned,
} from './policy';
import type { Reader } from './store';

export type ApprovalRow = typeof approvals.$inferSelect;

/** Decisions at one gate of a launch, or at all of them, oldest first. */
export const approvalsOf = (launchId: string, gate: Gate | null, from: Reader = db): Promise<ApprovalRow[]> =>
  from
    .select()
    .from(approvals)
    .where(and(eq(approvals.launchId, launchId), gate === null ? undefined : eq(approvals.gate, gate)))
    .orderBy(asc(approvals.decidedAt), asc(approvals.id));

export const insertApproval = (tx: Tx, row: typeof approvals.$inferInsert) => tx.insert(approvals).values(row);

/** Voids approvals that still stand; gives those it voided. */
export const voidApprovals = (tx: Tx, ids: string[], at: Date, reason: string): Promise<ApprovalRow[]> =>
  ids.length === 0
    ? Promise.resolve([])
    : tx
        .update(approvals)
        .set({ voidedAt: at, voidReason: reason })
        .where(and(inArray(approvals.id, ids), isNull(approvals.voidedAt)))
        .returning();

async function newest(kind: string, now: Date, from: Reader) {
  const [row] = await from
    .select({ version: policies.version, content: policies.content })
    .from(policies)
    .where(and(eq(policies.kind, kind), lte(policies.effectiveAt, now)))
    .orderBy(desc(policies.version))
    .limit(1);
  return row;
}

/** The approval policy in force; version 0 is the default that ships. */
export async function approvalPolicy(now: Date, from: Reader = db): Promise<Versioned<ApprovalPolicy>> {
  const row = await newest('approval', now, from);
  return row
    ? { version: row.version, content: parseApprovalPolicy(row.content) }
    : { version: 0, content: DEFAULT_APPROVAL_POLICY };
}

/** The soak policy in force; version 0 is the default that ships. */
export async function soakPolicy(now: Date, from: Reader = db): Promise<Versioned<SoakPolicy>> {
  const row = await newest('soak', now, from);
  return row
    ? { version: row.version, content: parseSoakPolicy(row.content) }
    : { version: 0, content: DEFAULT_SOAK_POLICY };
}
