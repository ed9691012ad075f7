import 'server-only';
import { and, asc, desc, eq, inArray, isNotNull, isNull, lte, or, sql } from 'drizzle-orm';
import { db } from '@/db/client';
import { alerts, emergencies, policies, portfolios } from '@/db/schema';
import type { Tx } from '../kernel/transaction';
import { DEFAULT_ESCALATION, EscalationPolicy } from './escalation';
import type { OpenEmergency } from './inhibition';
import type { AlertLife } from './lifecycle';

export type AlertRow = typeof alerts.$inferSelect;
type Reader = Tx | typeof db;

export const lifeOf = (row: AlertRow): AlertLife => ({
  isPending: row.state === 'pending',
  severity: row.severity,
  level: row.level,
  firedAt: row.firedAt,
  lastSeenAt: row.lastSeenAt,
  seenCount: row.seenCount,
  nextEscalationAt: row.nextEscalationAt,
  nextRepeatAt: row.nextRepeatAt,
  acknowledgedUntil: row.acknowledgedUntil,
  silencedUntil: row.silencedUntil,
  resolvedAt: row.resolvedAt,
});

/** The open alert of a fingerprint, locked until the transaction ends. */
export async function lockOpenAlert(tx: Tx, fingerprint: string): Promise<AlertRow | undefined> {
  const [row] = await tx
    .select()
    .from(alerts)
    .where(and(eq(alerts.fingerprint, fingerprint), isNull(alerts.resolvedAt)))
    .for('update');
  return row;
}

export async function lockAlert(tx: Tx, id: string): Promise<AlertRow | undefined> {
  const [row] = await tx.select().from(alerts).where(eq(alerts.id, id)).for('update');
  return row;
}

/** False when another transaction opened the same fingerprint first. */
export async function insertAlert(tx: Tx, row: typeof alerts.$inferInsert): Promise<boolean> {
  const made = await tx
    .insert(alerts)
    .values(row)
    .onConflictDoNothing({ target: alerts.fingerprint, where: sql`resolved_at is null` })
    .returning({ id: alerts.id });
  return made.length === 1;
}

export async function updateAlert(tx: Tx, id: string, set: Partial<typeof alerts.$inferInsert>): Promise<void> {
  await tx
    .update(alerts)
    .set({ ...set, version: sql`${alerts.version} + 1` })
    .where(eq(alerts.id, id));
}

/** A silence of this fingerprint that outlived its alert. */
export async function findHeldSilence(tx: Tx, fingerprint: string, now: Date): Promise<AlertRow | undefined> {
  const [row] = await tx
    .select()
    .from(alerts)
    .where(
      and(
        eq(alerts.fingerprint, fingerprint),
        isNotNull(alerts.resolvedAt),
        sql`${alerts.silencedUntil} > ${now.toISOString()}::timestamptz`,
      ),
    )
    .orderBy(desc(alerts.silencedUntil))
    .limit(1);
  return row;
}

/** Ids of alerts for which time has something to do. */
export async function findDueAlerts(now: Date): Promise<string[]> {
  const rows = await db
    .select({ id: alerts.id })
    .from(alerts)
    .where(
      and(
        isNull(alerts.resolvedAt),
        or(
          lte(alerts.nextEscalationAt, now),
          lte(alerts.nextRepeatAt, now),
          lte(alerts.acknowledgedUntil, now),
          lte(alerts.silencedUntil, now),
          isNotNull(alerts.inhibitedBy),
          and(eq(alerts.isTest, true), lte(alerts.firedAt, new Date(now.getTime() - 3_600_000))),
        ),
      ),
    )
    .orderBy(asc(alerts.firedAt));
  return rows.map((row) => row.id);
}

/** The alert, locked, unless another instance is at it. */
export async function lockAlertIfFree(tx: Tx, id: string): Promise<AlertRow | undefined> {
  const [row] = await tx.select().from(alerts).where(eq(alerts.id, id)).for('update', { skipLocked: true });
  return row;
}

/** The zone whose working hours count; UTC for what belongs to no portfolio. */
export async function findTimeZone(portfolioId: string | null, from: Reader = db): Promise<string> {
  if (!portfolioId) return 'UTC';
  const [row] = await from
    .select({ timeZone: portfolios.timeZone })
    .from(portfolios)
    .where(eq(portfolios.id, portfolioId));
  return row?.timeZone ?? 'UTC';
}

/** The escalation policy in force; the decided default where none was ever approved. */
export async function findEscalationPolicy(now: Date, from: Reader = db): Promise<EscalationPolicy> {
  const [row] = await from
    .select({ content: policies.content })
    .from(policies)
    .where(and(eq(policies.kind, 'escalation'), lte(policies.effectiveAt, now)))
    .orderBy(desc(policies.version))
    .limit(1);
  return row ? EscalationPolicy.parse(row.content) : DEFAULT_ESCALATION;
}

/** Real emergencies that are not over. */
export async function findOpenEmergencies(from: Reader = db): Promise<OpenEmergency[]> {
  return from
    .select({
      id: emergencies.id,
      scope: emergencies.scope,
      portfolioId: emergencies.portfolioId,
      strategyId: emergencies.strategyId,
      startedAt: emergencies.startedAt,
    })
    .from(emergencies)
    .where(and(isNull(emergencies.resumedAt), eq(emergencies.isDrill, false)));
}

export async function findAlert(id: string, from: Reader = db): Promise<AlertRow | undefined> {
  const [row] = await from.select().from(alerts).where(eq(alerts.id, id));
  return row;
}

/** Open alerts of a launch, a strategy or a portfolio: what soak health and gates ask. */
export async function findOpenAlerts(
  where: { portfolioIds?: string[] | null; launchId?: string },
  from: Reader = db,
): Promise<AlertRow[]> {
  return from
    .select()
    .from(alerts)
    .where(
      and(
        isNull(alerts.resolvedAt),
        where.launchId ? eq(alerts.launchId, where.launchId) : undefined,
        where.portfolioIds
          ? or(isNull(alerts.portfolioId), inArray(alerts.portfolioId, where.portfolioIds))
          : undefined,
      ),
    )
    .orderBy(asc(alerts.firedAt));
}
