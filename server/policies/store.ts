import 'server-only';
import { and, desc, eq, isNull, lte } from 'drizzle-orm';
import { type Db, db } from '@/db/client';
import { policies } from '@/db/schema';
import type { Tx } from '../kernel/transaction';
import { DEFAULTS, type PolicyContent, type PolicyKind, SCHEMAS } from './kinds';

export type PolicyRow = typeof policies.$inferSelect;
type Reader = Tx | Db;

/** Versions of a policy, newest first; proposals and rejected ones among them. */
export const listVersions = (kind: PolicyKind, from: Reader = db): Promise<PolicyRow[]> =>
  from.select().from(policies).where(eq(policies.kind, kind)).orderBy(desc(policies.version)).limit(50);

/** The version in force and its content; version 0 is the default that ships. */
export async function policyInForce<K extends PolicyKind>(
  kind: K,
  now: Date,
  from: Reader = db,
): Promise<{ version: number; content: PolicyContent[K]; row: PolicyRow | null }> {
  const [row] = await from
    .select()
    .from(policies)
    .where(and(eq(policies.kind, kind), lte(policies.effectiveAt, now)))
    .orderBy(desc(policies.version))
    .limit(1);
  return row
    ? { version: row.version, content: SCHEMAS[kind].parse(row.content) as PolicyContent[K], row }
    : { version: 0, content: DEFAULTS[kind], row: null };
}

export async function openProposal(kind: PolicyKind, from: Reader = db): Promise<PolicyRow | undefined> {
  const [row] = await from
    .select()
    .from(policies)
    .where(and(eq(policies.kind, kind), isNull(policies.effectiveAt), isNull(policies.rejectedAt)));
  return row;
}

export async function lockProposal(tx: Tx, id: string): Promise<PolicyRow | undefined> {
  const [row] = await tx.select().from(policies).where(eq(policies.id, id)).for('update');
  return row;
}

/** False when somebody else's proposal of this policy is open already. */
export async function insertProposal(tx: Tx, row: typeof policies.$inferInsert): Promise<boolean> {
  const rows = await tx.insert(policies).values(row).onConflictDoNothing().returning({ id: policies.id });
  return rows.length === 1;
}

export const updatePolicy = (tx: Tx, id: string, change: Partial<PolicyRow>) =>
  tx.update(policies).set(change).where(eq(policies.id, id));
