import 'server-only';
import { and, asc, desc, eq, inArray, sql } from 'drizzle-orm';
import { type Db, db, type Tx } from '@/db/client';
import { engines, people, portfolios, releases, strategies } from '@/db/schema';
import { notFound } from '../kernel/errors';
import type { ReleaseView } from './release';
import type { StrategyView } from './strategy';

type From = Db | Tx;
export type Strategy = typeof strategies.$inferSelect;
export type Release = typeof releases.$inferSelect;

const newest = (column: 'id' | 'version') =>
  sql<
    string | null
  >`(select r.${sql.identifier(column)} from releases r where r.strategy_id = ${strategies.id} order by r.created_at desc, r.id desc limit 1)`;

const view = {
  id: strategies.id,
  portfolioId: strategies.portfolioId,
  portfolioName: portfolios.name,
  name: strategies.name,
  description: strategies.description,
  ownerId: strategies.ownerId,
  ownerName: people.name,
  engineId: strategies.engineId,
  engineName: engines.name,
  engineRef: strategies.engineRef,
  createdAt: strategies.createdAt,
  releases: sql<number>`(select count(*)::int from releases r where r.strategy_id = ${strategies.id})`,
  newestVersion: newest('version'),
  newestReleaseId: newest('id'),
};

/** Strategies by portfolio and name; `visible` null means every portfolio. */
export async function listStrategies(visible: string[] | null, from: From = db): Promise<StrategyView[]> {
  if (visible !== null && visible.length === 0) return [];
  return viewQuery(from)
    .where(visible === null ? undefined : inArray(strategies.portfolioId, visible))
    .orderBy(asc(portfolios.name), asc(strategies.name));
}

/** One strategy as it is shown; throws NOT_FOUND where it does not exist or its portfolio is not visible. */
export async function strategyView(id: string, visible: string[] | null, from: From = db): Promise<StrategyView> {
  const [row] = await viewQuery(from).where(eq(strategies.id, id));
  if (!row || (visible !== null && !visible.includes(row.portfolioId))) throw notFound('The strategy');
  return row;
}

const viewQuery = (from: From) =>
  from
    .select(view)
    .from(strategies)
    .innerJoin(portfolios, eq(portfolios.id, strategies.portfolioId))
    .innerJoin(people, eq(people.id, strategies.ownerId))
    .leftJoin(engines, eq(engines.id, strategies.engineId));

/** One strategy's row, or null. */
export async function strategyById(id: string, from: From = db): Promise<Strategy | null> {
  const [row] = await from.select().from(strategies).where(eq(strategies.id, id));
  return row ?? null;
}

/** The strategy an engine names so in a portfolio, or null. */
export async function strategyByRef(portfolioId: string, engineRef: string, from: From = db): Promise<Strategy | null> {
  const [row] = await from
    .select()
    .from(strategies)
    .where(and(eq(strategies.portfolioId, portfolioId), eq(strategies.engineRef, engineRef)));
  return row ?? null;
}

/** Releases of a strategy, the newest first. */
export const releasesOf = (strategyId: string, from: From = db): Promise<ReleaseView[]> =>
  releaseQuery(from).where(eq(releases.strategyId, strategyId)).orderBy(desc(releases.createdAt), desc(releases.id));

/** One release as it is shown, or null. */
export async function releaseById(id: string, from: From = db): Promise<ReleaseView | null> {
  const [row] = await releaseQuery(from).where(eq(releases.id, id));
  return row ?? null;
}

const releaseQuery = (from: From) =>
  from
    .select({
      id: releases.id,
      strategyId: releases.strategyId,
      version: releases.version,
      artefactDigest: releases.artefactDigest,
      configDigest: releases.configDigest,
      digest: releases.digest,
      notes: releases.notes,
      createdBy: releases.createdBy,
      createdByName: people.name,
      createdAt: releases.createdAt,
    })
    .from(releases)
    .innerJoin(people, eq(people.id, releases.createdBy));

/** Locks a strategy's row for a change of it or of its releases; null where it does not exist. */
export async function lockStrategy(tx: Tx, id: string): Promise<Strategy | null> {
  const [row] = await tx.select().from(strategies).where(eq(strategies.id, id)).for('update');
  return row ?? null;
}

/** Which of name and engine id another strategy of the portfolio has already. */
export async function takenIn(
  tx: Tx,
  portfolioId: string,
  wanted: { name: string; engineRef?: string },
  except?: string,
) {
  const rows = await tx.select().from(strategies).where(eq(strategies.portfolioId, portfolioId));
  const others = rows.filter((row) => row.id !== except);
  return {
    name: others.some((row) => row.name.toLowerCase() === wanted.name.toLowerCase()),
    engineRef: wanted.engineRef !== undefined && others.some((row) => row.engineRef === wanted.engineRef),
  };
}

/** Whether a portfolio exists, and whether it has this engine (true where none is named). */
export async function placeExists(tx: Tx, portfolioId: string, engineId: string | null) {
  const [portfolio] = await tx
    .select({ id: portfolios.id })
    .from(portfolios)
    .where(eq(portfolios.id, portfolioId))
    .for('key share');
  const [engine] = engineId
    ? await tx
        .select({ id: engines.id })
        .from(engines)
        .where(and(eq(engines.id, engineId), eq(engines.portfolioId, portfolioId)))
    : [true];
  return { portfolio: Boolean(portfolio), engine: Boolean(engine) };
}

export async function versionTaken(tx: Tx, strategyId: string, version: string): Promise<boolean> {
  const rows = await tx
    .select({ id: releases.id })
    .from(releases)
    .where(and(eq(releases.strategyId, strategyId), eq(releases.version, version)));
  return rows.length > 0;
}

export const insertStrategy = (tx: Tx, row: typeof strategies.$inferInsert) => tx.insert(strategies).values(row);
export const insertRelease = (tx: Tx, row: typeof releases.$inferInsert) => tx.insert(releases).values(row);
export const updateStrategy = (tx: Tx, id: string, change: Pick<Strategy, 'name' | 'description' | 'engineId'>) =>
  tx.update(strategies).set(change).where(eq(strategies.id, id));

/** Engines that can be chosen for a strategy, by portfolio. */
export async function engineChoices(visible: string[] | null, from: From = db) {
  if (visible !== null && visible.length === 0) return [];
  return from
    .select({ id: engines.id, name: engines.name, portfolioId: engines.portfolioId })
    .from(engines)
    .where(visible === null ? undefined : inArray(engines.portfolioId, visible))
    .orderBy(asc(engines.name));
}
