import 'server-only';
import { and, asc, desc, eq, inArray, isNull, or, sql as query } from 'drizzle-orm';
import { type Db, db, reservedDb } from '@/db/client';
import { emergencies, emergencySteps, engines, events } from '@/db/schema';
import type { Tx } from '../kernel/transaction';
import type { EmergencyScope, StepAction } from './plan';
import type { Step } from './step';

export type EmergencyRow = typeof emergencies.$inferSelect;
type Reader = Tx | Db;
/** A runner's lease; renewed every third of it, taken over when it has run out. */
export const LEASE_SECONDS = 9;

export const scopeOf = (row: EmergencyRow): EmergencyScope => ({
  kind: row.scope,
  portfolioId: row.portfolioId,
  strategyId: row.strategyId,
});

export async function findEmergency(id: string, from: Reader = db): Promise<EmergencyRow | undefined> {
  const [row] = await from.select().from(emergencies).where(eq(emergencies.id, id));
  return row;
}

export async function lockEmergency(tx: Tx, id: string): Promise<EmergencyRow | undefined> {
  const [row] = await tx.select().from(emergencies).where(eq(emergencies.id, id)).for('update');
  return row;
}

/** Emergencies that are open, real or drills, locked in a fixed order so that two presses cannot deadlock. */
export async function lockOpen(tx: Tx, isDrill: boolean): Promise<EmergencyRow[]> {
  // Presses are serialised by one row, so that two first presses see each other.
  await tx.execute(
    query`insert into counters (kind, value) values ('emergency-press', 1) on conflict (kind) do update set value = counters.value + 1`,
  );
  return tx
    .select()
    .from(emergencies)
    .where(and(isNull(emergencies.resumedAt), eq(emergencies.isDrill, isDrill)))
    .orderBy(asc(emergencies.id))
    .for('update');
}

const NOBODY = '00000000-0000-0000-0000-000000000000';
const seen = (portfolioIds: string[] | null) =>
  portfolioIds === null
    ? undefined
    : or(
        eq(emergencies.scope, 'firm'),
        inArray(emergencies.portfolioId, portfolioIds.length ? portfolioIds : [NOBODY]),
      );

export async function listOpenEmergencies(portfolioIds: string[] | null): Promise<EmergencyRow[]> {
  return db
    .select()
    .from(emergencies)
    .where(and(isNull(emergencies.resumedAt), seen(portfolioIds)))
    .orderBy(desc(emergencies.startedAt));
}

export async function listEmergencies(portfolioIds: string[] | null, limit = 50): Promise<EmergencyRow[]> {
  return db.select().from(emergencies).where(seen(portfolioIds)).orderBy(desc(emergencies.startedAt)).limit(limit);
}

export const insertEmergency = async (
  tx: Tx,
  row: typeof emergencies.$inferInsert,
  ownerOfLease: string,
): Promise<void> => {
  await tx.insert(emergencies).values({
    ...row,
    leaseOwner: ownerOfLease,
    leaseUntil: query`app.protocol_now() + make_interval(secs => ${LEASE_SECONDS})` as never,
    fence: 1,
  });
};

export const updateEmergency = async (tx: Tx, id: string, change: Partial<EmergencyRow>): Promise<void> => {
  await tx.update(emergencies).set(change).where(eq(emergencies.id, id));
};

/** The lease of a run whose holder is gone (or `force`, after an upgrade), with a new fencing token; null when it is held. */
export async function claimLease(
  id: string,
  owner: string,
  options: { force?: boolean } = {},
  into: Reader = reservedDb,
): Promise<number | null> {
  const free = options.force
    ? query`true`
    : query`(${emergencies.leaseUntil} is null or ${emergencies.leaseUntil} < app.protocol_now())`;
  const [row] = await into
    .update(emergencies)
    .set({
      leaseOwner: owner,
      leaseUntil: query`app.protocol_now() + make_interval(secs => ${LEASE_SECONDS})`,
      fence: query`${emergencies.fence} + 1`,
    })
    .where(and(eq(emergencies.id, id), isNull(emergencies.resumedAt), free))
    .returning({ fence: emergencies.fence });
  return row?.fence ?? null;
}

/** False when the lease is another's now or the emergency is over: the runner then stops and writes nothing more. */
export async function renewLease(id: string, fence: number, into: Reader = reservedDb): Promise<boolean> {
  const rows = await into
    .update(emergencies)
    .set({ leaseUntil: query`app.protocol_now() + make_interval(secs => ${LEASE_SECONDS})` })
    .where(and(eq(emergencies.id, id), eq(emergencies.fence, fence), isNull(emergencies.resumedAt)))
    .returning({ id: emergencies.id });
  return rows.length === 1;
}

export async function releaseLease(id: string, fence: number, into: Reader = reservedDb): Promise<void> {
  await into
    .update(emergencies)
    .set({ leaseUntil: null, leaseOwner: null })
    .where(and(eq(emergencies.id, id), eq(emergencies.fence, fence)));
}

/** Emergencies that should be running and whose runner is gone. */
export async function listAbandoned(): Promise<string[]> {
  const rows = await db
    .select({ id: emergencies.id })
    .from(emergencies)
    .where(
      and(
        isNull(emergencies.resumedAt),
        inArray(emergencies.state, ['running', 'partial']),
        query`(${emergencies.leaseUntil} is null or ${emergencies.leaseUntil} < app.protocol_now())`,
        // After an hour without success people have the matter in hand.
        query`${emergencies.startedAt} > app.now() - interval '1 hour'`,
      ),
    );
  return rows.map(({ id }) => id);
}

type StepRow = typeof emergencySteps.$inferSelect;
const shifted = (at: Date | null, ms: number): Date | null => at && new Date(at.getTime() + ms);

/** `domainAheadMs`: how far domain time is ahead of the real clock. Rows tell people domain time; a run uses the real one. */
export const stepOf = (row: StepRow, domainAheadMs: number): Step => ({
  ...row,
  action: row.action as StepAction,
  startedAt: shifted(row.startedAt, -domainAheadMs),
  answeredAt: shifted(row.answeredAt, -domainAheadMs),
  verifiedAt: shifted(row.verifiedAt, -domainAheadMs),
});

const stepRow = (emergencyId: string, step: Step, domainAheadMs: number): typeof emergencySteps.$inferInsert => ({
  ...step,
  emergencyId,
  startedAt: shifted(step.startedAt, domainAheadMs),
  answeredAt: shifted(step.answeredAt, domainAheadMs),
  verifiedAt: shifted(step.verifiedAt, domainAheadMs),
});

export async function insertSteps(tx: Tx, emergencyId: string, steps: Step[]): Promise<void> {
  if (steps.length === 0) return;
  await tx
    .insert(emergencySteps)
    .values(steps.map((step) => stepRow(emergencyId, step, 0)))
    .onConflictDoNothing();
}

/** Writes a step under a fencing token; false when the run is another's now. */
export async function writeStep(
  tx: Tx,
  write: { emergencyId: string; step: Step; fence: number; domainAheadMs: number },
): Promise<boolean> {
  const { id: _, ...row } = stepRow(write.emergencyId, write.step, write.domainAheadMs);
  const rows = await tx
    .update(emergencySteps)
    .set(row)
    .where(
      and(
        eq(emergencySteps.id, write.step.id),
        query`exists (select 1 from emergencies e where e.id = ${write.emergencyId} and e.fence = ${write.fence})`,
      ),
    )
    .returning({ id: emergencySteps.id });
  return rows.length === 1;
}

export async function listSteps(emergencyId: string, from: Reader = db): Promise<StepRow[]> {
  return from
    .select()
    .from(emergencySteps)
    .where(eq(emergencySteps.emergencyId, emergencyId))
    .orderBy(asc(emergencySteps.ordinal), asc(emergencySteps.engineName));
}

/** Epochs of engines never fall behind what an emergency has used. */
export async function raiseIssuedEpochs(tx: Tx, engineIds: string[], epoch: number): Promise<void> {
  if (engineIds.length === 0) return;
  await tx
    .update(engines)
    .set({ issuedEpoch: query`greatest(${engines.issuedEpoch}, ${epoch})` })
    .where(inArray(engines.id, engineIds));
}

/** Whether a line of a journal has been written as an event already. */
export async function isJournalled(tx: Tx, emergencyId: string, lineId: string): Promise<boolean> {
  const [row] = await tx
    .select({ seq: events.seq })
    .from(events)
    .where(
      and(
        eq(events.subjectKind, 'emergency'),
        eq(events.subjectId, emergencyId),
        query`${events.content}::jsonb->'data'->>'line' = ${lineId}`,
      ),
    )
    .limit(1);
  return row !== undefined;
}

/** Emergencies whose systems were told to open again and have not all confirmed it. */
export async function listResuming(): Promise<{ id: string }[]> {
  return db.select({ id: emergencies.id }).from(emergencies).where(eq(emergencies.state, 'resuming'));
}
