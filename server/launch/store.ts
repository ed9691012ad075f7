import 'server-only';
import { and, asc, desc, eq, inArray, ne, notInArray, sql as query } from 'drizzle-orm';
import { db, type Tx } from '@/db/client';
import { breakGlassReviews, events, launches, people, portfolios, releases, strategies } from '@/db/schema';
import { approvedLeverage } from '../capital/store';
import { Decimal } from '../kernel/decimal';

export type Reader = Tx | typeof db;

export type LaunchRow = typeof launches.$inferSelect;

export type ReviewRow = typeof breakGlassReviews.$inferSelect;

const CLOSED = ['aborted', 'finished'] as const;

const NOBODY = '00000000-0000-0000-0000-000000000000';

export const insertLaunch = (tx: Tx, row: typeof launches.$inferInsert) => tx.insert(launches).values(row);

/** The launch, held until the end of the transaction: whatever decides or moves it takes this lock first. */
export async function lockLaunch(tx: Tx, id: string): Promise<LaunchRow | null> {
  const [row] = await tx.select().from(launches).where(eq(launches.id, id)).for('update');
  return row ?? null;
}

export async function findLaunch(id: string, from: Reader = db): Promise<LaunchRow | null> {
  const [row] = await from.select().from(launches).where(eq(launches.id, id));
  return row ?? null;
}

export const updateLaunch = (tx: Tx, id: string, change: Partial<LaunchRow>) =>
  tx
    .update(launches)
    .set({ ...change, version: query`${launches.version} + 1` })
    .where(eq(launches.id, id));

const identity = {
  launch: launches,
  strategyName: strategies.name,
  ownerId: strategies.ownerId,
  ownerName: people.name,
  engineId: strategies.engineId,
  engineRef: strategies.engineRef,
  release: releases,
  portfolioName: portfolios.name,
  currency: portfolios.baseCurrency,
  timeZone: portfolios.timeZone,
};

const withIdentity = (from: Reader) =>
  from
    .select(identity)
    .from(launches)
    .innerJoin(strategies, eq(strategies.id, launches.strategyId))
    .innerJoin(releases, eq(releases.id, launches.releaseId))
    .innerJoin(portfolios, eq(portfolios.id, launches.portfolioId))
    .innerJoin(people, eq(people.id, strategies.ownerId));

/** A launch with the names it is spoken of by. */
export type NamedLaunch = Awaited<ReturnType<typeof withIdentity>>[number];

export async function namedLaunch(id: string, from: Reader = db): Promise<NamedLaunch | null> {
  const [row] = await withIdentity(from).where(eq(launches.id, id));
  return row ?? null;
}

/** Launches of these portfolios (null: all), those that move first, then the newest. */
export async function listNamedLaunches(portfolioIds: string[] | null, from: Reader = db): Promise<NamedLaunch[]> {
  return withIdentity(from)
    .where(
      portfolioIds === null ? undefined : inArray(launches.portfolioId, portfolioIds.length ? portfolioIds : [NOBODY]),
    )
    .orderBy(query`${launches.status} in ('aborted', 'finished')`, desc(launches.openedAt));
}

/** Launches that have capital and are not closed: those whose soak and breaches are watched. */
export const listWatched = (from: Reader = db): Promise<LaunchRow[]> =>
  from
    .select()
    .from(launches)
    .where(and(notInArray(launches.status, [...CLOSED]), ne(launches.tranche, 0)))
    .orderBy(asc(launches.openedAt));

/** Holds the row of a portfolio, so that two allocations are never summed side by side. */
export const holdPortfolio = (tx: Tx, id: string) =>
  tx.select({ id: portfolios.id }).from(portfolios).where(eq(portfolios.id, id)).for('update');

/**
 * Allocations of the other strategies of a portfolio, and the leverage approved for it. An earlier launch of the same
 * strategy does not count: the new one takes its place.
 */
export async function allocationsBeside(
  portfolioId: string,
  strategyId: string,
  now: Date,
  from: Reader = db,
): Promise<{ others: Decimal[]; leverage: Decimal | null }> {
  const rows = await from
    .select({ strategyId: launches.strategyId, allocation: launches.allocation })
    .from(launches)
    .where(and(eq(launches.portfolioId, portfolioId), holdsAllocation));
  const leverage = await approvedLeverage(portfolioId, now, from);
  return {
    others: rows.filter((row) => row.strategyId !== strategyId).map((row) => new Decimal(row.allocation)),
    leverage: leverage ? new Decimal(leverage) : null,
  };
}

/** An aborted launch gives its share back; a finished one goes on trading with it. */
const holdsAllocation = query`(${launches.status} <> 'aborted' and (${launches.status} <> 'finished' or ${launches.tranche} > 0))`;

/** Launches of a strategy that are not closed. */
export const openLaunchesOf = (strategyId: string, from: Reader = db): Promise<LaunchRow[]> =>
  from
    .select()
    .from(launches)
    .where(and(eq(launches.strategyId, strategyId), notInArray(launches.status, [...CLOSED])));

/** Open launches in a scope of trading: of the firm, a portfolio, or one strategy; in one order, so that locks never cross. */
export const launchesInScope = (
  place: { scope: 'firm' | 'portfolio' | 'strategy'; portfolioId: string | null; strategyId: string | null },
  from: Reader = db,
): Promise<LaunchRow[]> =>
  from
    .select()
    .from(launches)
    .where(
      and(
        notInArray(launches.status, [...CLOSED]),
        place.scope === 'firm' ? undefined : eq(launches.portfolioId, place.portfolioId ?? NOBODY),
        place.scope === 'strategy' ? eq(launches.strategyId, place.strategyId ?? NOBODY) : undefined,
      ),
    )
    .orderBy(asc(launches.id));

/** Launches that an emergency has held before, whether or not they were released since. */
export async function heldByEmergency(emergencyId: string, from: Reader = db): Promise<Set<string>> {
  const rows = await from
    .select({ launchId: events.launchId })
    .from(events)
    .where(
      and(eq(events.type, 'launch.held'), query`${events.content}::jsonb -> 'data' ->> 'emergencyId' = ${emergencyId}`),
    );
  return new Set(rows.flatMap(({ launchId }) => launchId ?? []));
}

/** Earlier launches of a strategy that still trade: a new one takes over from them at its first tranche. */
export const tradingLaunchesOf = (tx: Tx, strategyId: string, except: string): Promise<LaunchRow[]> =>
  tx
    .select()
    .from(launches)
    .where(and(eq(launches.strategyId, strategyId), ne(launches.id, except), ne(launches.tranche, 0)))
    .for('update');

export const insertReview = (tx: Tx, row: typeof breakGlassReviews.$inferInsert) =>
  tx.insert(breakGlassReviews).values(row);

export const reviewsOf = (launchId: string, from: Reader = db): Promise<ReviewRow[]> =>
  from
    .select()
    .from(breakGlassReviews)
    .where(eq(breakGlassReviews.launchId, launchId))
    .orderBy(desc(breakGlassReviews.at));

export async function lockReview(tx: Tx, id: string): Promise<ReviewRow | null> {
  const [row] = await tx.select().from(breakGlassReviews).where(eq(breakGlassReviews.id, id)).for('update');
  return row ?? null;
}

export const closeReview = (tx: Tx, id: string, change: { closedBy: string; closedAt: Date; finding: string }) =>
  tx.update(breakGlassReviews).set(change).where(eq(breakGlassReviews.id, id));
