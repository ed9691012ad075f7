import 'server-only';
import { and, desc, eq, inArray, isNotNull, isNull } from 'drizzle-orm';
import { type Db, db, type Tx } from '@/db/client';
import { backtestApprovals, backtests, files, people, releases, roleGrants, strategies } from '@/db/schema';
import { leaveFor } from '../identity/permissions';
import type { Role } from '../kernel/actor';
import { notFound } from '../kernel/errors';
import type { BacktestDetail, BacktestView } from './backtest';
import { standingOf } from './expectation';
import type { SeriesChoice, SeriesGuess } from './model';
import type { StrategyStatistics } from './statistics/strategy-statistics';
import type { StoredSeries } from './stored-series';

type From = Db | Tx;
export type BacktestRow = typeof backtests.$inferSelect;

/** What an import needs to know of its release: where it belongs, who owns it, what it is bound to. */
export async function releaseScope(releaseId: string, from: From = db) {
  const [row] = await from
    .select({
      releaseId: releases.id,
      releaseDigest: releases.digest,
      strategyId: strategies.id,
      strategyName: strategies.name,
      ownerId: strategies.ownerId,
      portfolioId: strategies.portfolioId,
    })
    .from(releases)
    .innerJoin(strategies, eq(strategies.id, releases.strategyId))
    .where(eq(releases.id, releaseId));
  if (!row) throw notFound('The release');
  return row;
}

const summary = {
  id: backtests.id,
  fileId: backtests.fileId,
  fileName: files.name,
  fileSize: files.size,
  sha256: files.sha256,
  releaseId: backtests.releaseId,
  portfolioId: backtests.portfolioId,
  purpose: backtests.purpose,
  format: backtests.format,
  nameInFile: backtests.nameInFile,
  choice: backtests.choice,
  guess: backtests.guess,
  statistics: backtests.statistics,
  warnings: backtests.warnings,
  digest: backtests.digest,
  importedBy: backtests.importedBy,
  importedByName: backtests.importedByName,
  importedAt: backtests.importedAt,
  proposedAt: backtests.proposedAt,
  rejectedAt: backtests.rejectedAt,
  rejectionReason: backtests.rejectionReason,
  approvedAt: backtests.approvedAt,
  retiredAt: backtests.retiredAt,
};

/** Backtests of a release that stand, the newest first; throws NOT_FOUND where its portfolio is not visible. */
export async function backtestsOfRelease(
  releaseId: string,
  visible: string[] | null,
  from: From = db,
): Promise<BacktestView[]> {
  const scope = await releaseScope(releaseId, from);
  if (visible !== null && !visible.includes(scope.portfolioId)) throw notFound('The release');
  const rows = await summaryQuery(from)
    .where(and(eq(backtests.releaseId, releaseId), isNull(backtests.supersededAt)))
    .orderBy(desc(backtests.importedAt), desc(backtests.id));
  return withApprovals(rows, from);
}

/** One backtest with its series; throws NOT_FOUND where it does not exist or its portfolio is not visible. */
export async function backtestDetail(id: string, visible: string[] | null, from: From = db): Promise<BacktestDetail> {
  const rows = await summaryQuery(from).where(eq(backtests.id, id));
  const [row] = rows.filter((one) => visible === null || visible.includes(one.portfolioId));
  if (!row) throw notFound('The backtest');
  const [held] = await from.select({ series: backtests.series }).from(backtests).where(eq(backtests.id, id));
  const [view] = await withApprovals([row], from);
  return { ...view!, series: held!.series as StoredSeries };
}

const summaryQuery = (from: From) =>
  from.select(summary).from(backtests).innerJoin(files, eq(files.id, backtests.fileId));
type SummaryRow = Awaited<ReturnType<typeof summaryQuery>>[number];

async function withApprovals(rows: SummaryRow[], from: From): Promise<BacktestView[]> {
  const approvals = await approvalsOf(
    rows.map((row) => row.id),
    from,
  );
  return rows.map((row) => ({
    ...row,
    choice: row.choice as SeriesChoice,
    guess: row.guess as SeriesGuess | null,
    statistics: row.statistics as StrategyStatistics,
    warnings: row.warnings as BacktestView['warnings'],
    standing: standingOf(row),
    approvals: approvals
      .filter((approval) => approval.backtestId === row.id)
      .map(({ personId, name, approvedAt, digest }) => ({
        personId,
        name,
        approvedAt,
        isBound: digest === row.digest,
      })),
  }));
}

export const approvalsOf = (ids: string[], from: From = db) =>
  ids.length === 0
    ? Promise.resolve([])
    : from.select().from(backtestApprovals).where(inArray(backtestApprovals.backtestId, ids));

/** Of these people, who is enabled and may approve an expectation in the portfolio as their grants stand now. */
export async function mayApproveNow(tx: Tx, personIds: string[], portfolioId: string): Promise<Set<string>> {
  if (personIds.length === 0) return new Set();
  const rows = await tx
    .select({ personId: people.id, role: roleGrants.role, portfolioId: roleGrants.portfolioId })
    .from(people)
    .innerJoin(roleGrants, eq(roleGrants.personId, people.id))
    .where(and(inArray(people.id, personIds), isNull(people.disabledAt), isNull(roleGrants.revokedAt)));
  return new Set(
    personIds.filter((id) => {
      const grants = rows
        .filter((row) => row.personId === id)
        .map((row) => ({ role: row.role as Role, portfolioId: row.portfolioId }));
      return leaveFor(grants, 'baseline.approve', portfolioId) === 'one-of-two';
    }),
  );
}

/** The approved backtest a release is measured against: its statistics and daily series; null where none is approved. */
export async function expectationOf(releaseId: string, from: From = db) {
  const [row] = await from
    .select()
    .from(backtests)
    .where(and(eq(backtests.releaseId, releaseId), isNotNull(backtests.approvedAt), isNull(backtests.retiredAt)));
  return row ? { ...row, statistics: row.statistics as StrategyStatistics, series: row.series as StoredSeries } : null;
}

/** Readings of a release that stand, with their statistics but not their series: what a probe of its evidence looks at. */
export const standingBacktests = async (releaseId: string, from: From = db) => {
  const rows = await from
    .select({
      id: backtests.id,
      purpose: backtests.purpose,
      nameInFile: backtests.nameInFile,
      statistics: backtests.statistics,
      digest: backtests.digest,
      approvedAt: backtests.approvedAt,
      retiredAt: backtests.retiredAt,
    })
    .from(backtests)
    .where(and(eq(backtests.releaseId, releaseId), isNull(backtests.supersededAt)))
    .orderBy(desc(backtests.importedAt));
  return rows.map((row) => ({ ...row, statistics: row.statistics as StrategyStatistics }));
};

/** Locks a release against other imports and approvals of it; they queue here. */
export const lockRelease = (tx: Tx, releaseId: string) =>
  tx.select({ id: releases.id }).from(releases).where(eq(releases.id, releaseId)).for('no key update');

export async function lockBacktest(tx: Tx, id: string): Promise<BacktestRow | null> {
  const [row] = await tx.select().from(backtests).where(eq(backtests.id, id)).for('update');
  return row ?? null;
}

/** Readings of the same bytes for the same release that stand now. */
export const standingReadings = (tx: Tx, releaseId: string, sha256: string) =>
  tx
    .select({
      id: backtests.id,
      fileId: backtests.fileId,
      digest: backtests.digest,
      approvedAt: backtests.approvedAt,
      retiredAt: backtests.retiredAt,
    })
    .from(backtests)
    .innerJoin(files, eq(files.id, backtests.fileId))
    .where(and(eq(backtests.releaseId, releaseId), eq(files.sha256, sha256), isNull(backtests.supersededAt)));

export const insertBacktest = (tx: Tx, row: typeof backtests.$inferInsert) => tx.insert(backtests).values(row);
export const supersede = (tx: Tx, ids: string[], at: Date) =>
  tx.update(backtests).set({ supersededAt: at }).where(inArray(backtests.id, ids));
export const updateBacktest = (tx: Tx, id: string, change: Partial<typeof backtests.$inferInsert>) =>
  tx.update(backtests).set(change).where(eq(backtests.id, id));
export const insertApproval = (tx: Tx, row: typeof backtestApprovals.$inferInsert) =>
  tx
    .insert(backtestApprovals)
    .values(row)
    .onConflictDoUpdate({
      target: [backtestApprovals.backtestId, backtestApprovals.personId],
      set: { digest: row.digest, approvedAt: row.approvedAt, roles: row.roles },
    });
export const deleteApprovals = (tx: Tx, id: string) =>
  tx.delete(backtestApprovals).where(eq(backtestApprovals.backtestId, id));

/** The expectation before this one makes room for it. */
export const retireExpectation = (tx: Tx, releaseId: string, at: Date) =>
  tx
    .update(backtests)
    .set({ retiredAt: at })
    .where(and(eq(backtests.releaseId, releaseId), isNotNull(backtests.approvedAt), isNull(backtests.retiredAt)))
    .returning({ id: backtests.id });
