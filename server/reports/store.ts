import 'server-only';
import { and, desc, eq, inArray, isNotNull, isNull, or } from 'drizzle-orm';
import { db } from '@/db/client';
import {
  baselines,
  deviationReports,
  eventHead,
  launches,
  portfolios,
  releases,
  strategies,
  trancheStays,
} from '@/db/schema';
import type { Tx } from '../kernel/transaction';

type Reader = Tx | typeof db;
export type BaselineRow = typeof baselines.$inferSelect;
export type ReportRow = typeof deviationReports.$inferSelect;

const subject = {
  launchId: launches.id,
  launchNumber: launches.number,
  portfolioId: launches.portfolioId,
  portfolioName: portfolios.name,
  timeZone: portfolios.timeZone,
  strategyId: launches.strategyId,
  strategyName: strategies.name,
  strategyRef: strategies.engineRef,
  releaseId: launches.releaseId,
  releaseVersion: releases.version,
  releaseDigest: releases.digest,
  tranche: launches.tranche,
  status: launches.status,
};

const launchSubjects = (from: Reader) =>
  from
    .select(subject)
    .from(launches)
    .innerJoin(portfolios, eq(portfolios.id, launches.portfolioId))
    .innerJoin(strategies, eq(strategies.id, launches.strategyId))
    .innerJoin(releases, eq(releases.id, launches.releaseId));

export type LaunchSubject = Awaited<ReturnType<typeof launchSubjects>>[number];

export async function findLaunchSubject(launchId: string, from: Reader = db): Promise<LaunchSubject | undefined> {
  const [row] = await launchSubjects(from).where(eq(launches.id, launchId));
  return row;
}

/**
 * Launches that are under way or ever had capital, with their stays: what a baseline is taken for (staging comes before
 * the first tranche) and what reports can be due for.
 */
export async function findLaunchesWithStays(from: Reader = db) {
  const stays = await from
    .select({
      id: trancheStays.id,
      launchId: trancheStays.launchId,
      tranche: trancheStays.tranche,
      enteredAt: trancheStays.enteredAt,
      leftAt: trancheStays.leftAt,
    })
    .from(trancheStays)
    .orderBy(trancheStays.enteredAt);
  const subjects = await launchSubjects(from).where(
    or(
      inArray(launches.status, ['open', 'held', 'live']),
      inArray(launches.id, [...new Set(stays.map((stay) => stay.launchId))]),
    ),
  );
  return subjects.map((launch) => ({ launch, stays: stays.filter((stay) => stay.launchId === launch.launchId) }));
}

/** What was issued for a launch: tranche, hours and start of each window. */
export async function findIssued(launchId: string, from: Reader = db) {
  return from
    .select({
      id: deviationReports.id,
      tranche: deviationReports.tranche,
      hours: deviationReports.windowHours,
      start: deviationReports.windowStart,
    })
    .from(deviationReports)
    .where(eq(deviationReports.launchId, launchId));
}

/** False when the window was issued already, by whichever instance. */
export async function insertReport(tx: Tx, row: typeof deviationReports.$inferInsert): Promise<boolean> {
  const rows = await tx
    .insert(deviationReports)
    .values(row)
    .onConflictDoNothing({
      target: [
        deviationReports.launchId,
        deviationReports.tranche,
        deviationReports.windowHours,
        deviationReports.windowStart,
      ],
    })
    .returning({ id: deviationReports.id });
  return rows.length === 1;
}

/** Holds the launch's row, so that two instances never issue side by side. */
export async function lockLaunchRow(tx: Tx, launchId: string): Promise<void> {
  await tx.select({ id: launches.id }).from(launches).where(eq(launches.id, launchId)).for('update');
}

/** The head of the event chain as it stands, `seq:hash`. */
export async function readAuditHead(from: Reader = db): Promise<string> {
  const [row] = await from.select().from(eventHead).where(eq(eventHead.id, 1));
  return row ? `${row.seq}:${row.hash}` : '0:';
}

/** The baseline in force: the newest that two people approved. */
export async function findBaseline(launchId: string, from: Reader = db): Promise<BaselineRow | undefined> {
  const [row] = await from
    .select()
    .from(baselines)
    .where(and(eq(baselines.launchId, launchId), isNotNull(baselines.approvedAt)))
    .orderBy(desc(baselines.version))
    .limit(1);
  return row;
}

/** The newest baseline of a launch, decided or not. */
export async function findNewestBaseline(launchId: string, from: Reader = db): Promise<BaselineRow | undefined> {
  const [row] = await from
    .select()
    .from(baselines)
    .where(eq(baselines.launchId, launchId))
    .orderBy(desc(baselines.version))
    .limit(1);
  return row;
}

export async function findBaselineById(id: string, from: Reader = db): Promise<BaselineRow | undefined> {
  const [row] = await from.select().from(baselines).where(eq(baselines.id, id));
  return row;
}

export async function lockBaseline(tx: Tx, id: string): Promise<BaselineRow | undefined> {
  const [row] = await tx.select().from(baselines).where(eq(baselines.id, id)).for('update');
  return row;
}

export async function insertBaseline(tx: Tx, row: typeof baselines.$inferInsert): Promise<void> {
  await tx.insert(baselines).values(row);
}

export async function updateBaseline(tx: Tx, id: string, set: Partial<typeof baselines.$inferInsert>): Promise<void> {
  await tx.update(baselines).set(set).where(eq(baselines.id, id));
}

/** A proposal that nobody decided is replaced by the next: it is rejected, in sight. */
export async function supersedeProposals(tx: Tx, launchId: string, now: Date, why: string): Promise<void> {
  await tx
    .update(baselines)
    .set({ rejectedAt: now, rejectedWhy: why })
    .where(and(eq(baselines.launchId, launchId), isNull(baselines.approvedAt), isNull(baselines.rejectedAt)));
}

const listed = {
  id: deviationReports.id,
  number: deviationReports.number,
  launchId: deviationReports.launchId,
  launchNumber: launches.number,
  portfolioId: deviationReports.portfolioId,
  portfolioName: portfolios.name,
  strategyName: strategies.name,
  releaseVersion: releases.version,
  tranche: deviationReports.tranche,
  windowHours: deviationReports.windowHours,
  windowEnd: deviationReports.windowEnd,
  status: deviationReports.status,
  findings: deviationReports.findings,
  isComplete: deviationReports.isComplete,
  issuedAt: deviationReports.issuedAt,
};

/** Reports of these portfolios (null: all), newest first; of one launch when it is given. */
export async function findReports(
  where: { portfolioIds: string[] | null; portfolioId?: string | null; launchId?: string },
  limit = 200,
) {
  return db
    .select(listed)
    .from(deviationReports)
    .innerJoin(launches, eq(launches.id, deviationReports.launchId))
    .innerJoin(portfolios, eq(portfolios.id, deviationReports.portfolioId))
    .innerJoin(strategies, eq(strategies.id, launches.strategyId))
    .innerJoin(releases, eq(releases.id, launches.releaseId))
    .where(
      and(
        where.portfolioIds ? inArray(deviationReports.portfolioId, where.portfolioIds) : undefined,
        where.portfolioId ? eq(deviationReports.portfolioId, where.portfolioId) : undefined,
        where.launchId ? eq(deviationReports.launchId, where.launchId) : undefined,
      ),
    )
    .orderBy(desc(deviationReports.issuedAt), desc(deviationReports.number))
    .limit(limit);
}

/** One report by id or number. */
export async function findReport(idOrNumber: string): Promise<ReportRow | undefined> {
  const isId = /^[0-9a-f-]{36}$/.test(idOrNumber);
  const [row] = await db
    .select()
    .from(deviationReports)
    .where(isId ? eq(deviationReports.id, idOrNumber) : eq(deviationReports.number, idOrNumber.toUpperCase()));
  return row;
}
