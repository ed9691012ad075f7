import 'server-only';
import { and, desc, eq, gte, inArray, isNotNull, isNull, or, sql as query } from 'drizzle-orm';
import { db } from '@/db/client';
import {
  backtests,
  closedTrades,
  dailyCloses,
  launches,
  orderFills,
  portfolios,
  releases,
  reservations,
  sizings,
  strategies,
  strategyCapital,
  strategyPositions,
} from '@/db/schema';
import { listInstruments } from '../../capital/instrument-store';
import type { StrategyStatistics } from '../../evidence/statistics/strategy-statistics';
import { authorize } from '../../identity/authorize';
import type { Actor } from '../../kernel/actor';
import type { Tx } from '../../kernel/transaction';
import type { SizingView } from './sizing-request';

type Reader = Tx | typeof db;

/** The strategy that is sized for, by its id or by the engine's name of it in a portfolio; null where there is none. */
export async function findSizedStrategy(
  by: { strategyId: string } | { portfolioId: string; ref: string },
  from: Reader = db,
) {
  const which =
    'strategyId' in by
      ? eq(strategies.id, by.strategyId)
      : and(eq(strategies.portfolioId, by.portfolioId), eq(strategies.engineRef, by.ref));
  const [row] = await from
    .select({
      id: strategies.id,
      portfolioId: strategies.portfolioId,
      name: strategies.name,
      ref: strategies.engineRef,
      ownerId: strategies.ownerId,
      currency: portfolios.baseCurrency,
    })
    .from(strategies)
    .innerJoin(portfolios, eq(portfolios.id, strategies.portfolioId))
    .where(which);
  return row ?? null;
}

/** The release that has the capital, since when it has it, its launch, and the statistics of its approved backtest. */
export async function releaseInForce(strategyId: string, from: Reader = db) {
  const [row] = await from
    .select({
      releaseId: releases.id,
      version: releases.version,
      launchNumber: launches.number,
      allocation: strategyCapital.allocation,
      tranche: strategyCapital.tranche,
      capital: strategyCapital.capital,
      scale: strategyCapital.scale,
      since:
        query<string>`(select min(own.effective_at) from strategy_capital own join launches l on l.id = own.launch_id
        where own.strategy_id = ${strategyId} and l.release_id = ${releases.id} and own.effective_at > coalesce((
          select max(other.effective_at) from strategy_capital other join launches o on o.id = other.launch_id
          where other.strategy_id = ${strategyId} and o.release_id <> ${releases.id}), '-infinity'))`.mapWith(
          (text: string) => new Date(text),
        ),
    })
    .from(strategyCapital)
    .innerJoin(launches, eq(launches.id, strategyCapital.launchId))
    .innerJoin(releases, eq(releases.id, launches.releaseId))
    .where(and(eq(strategyCapital.strategyId, strategyId), isNull(strategyCapital.endedAt)));
  if (!row) return null;
  const [expected] = await from
    .select({ statistics: backtests.statistics, approvedAt: backtests.approvedAt })
    .from(backtests)
    .where(and(eq(backtests.releaseId, row.releaseId), isNotNull(backtests.approvedAt), isNull(backtests.retiredAt)));
  return { ...row, expectation: expected ? (expected.statistics as StrategyStatistics) : null };
}

/** Trades of a strategy opened since an instant and closed, by its fills: how many, how many won, and the means; null means without any. */
export async function liveTrades(strategyId: string, since: Date, from: Reader = db) {
  const [row] = await from
    .select({
      trades: query<number>`count(*)::int`,
      wins: query<number>`count(*) filter (where ${closedTrades.profit} > 0)::int`,
      meanWin: query<string | null>`(avg(${closedTrades.profit}) filter (where ${closedTrades.profit} > 0))::text`,
      meanLoss: query<string | null>`(avg(${closedTrades.profit}) filter (where ${closedTrades.profit} < 0))::text`,
    })
    .from(closedTrades)
    .where(and(eq(closedTrades.strategyId, strategyId), gte(closedTrades.openedAt, since)));
  return row!;
}

/**
 * Trades of a strategy closed before the first day that closed after an instant, as snapshots counted them then: those of a
 * release are what came after. Null where no day has closed since, or none said.
 */
export async function tradesCountedBefore(
  { id, portfolioId }: { id: string; portfolioId: string },
  since: Date,
  from: Reader = db,
): Promise<number | null> {
  const [row] = await from
    .select({
      closed: query<number | null>`(${dailyCloses.checkpoint}->'strategies'->${id}->'trades'->>'closed')::int`,
    })
    .from(dailyCloses)
    .where(
      and(
        eq(dailyCloses.portfolioId, portfolioId),
        eq(dailyCloses.subject, ''),
        gte(dailyCloses.closedAt, since),
        isNotNull(dailyCloses.checkpoint),
      ),
    )
    .orderBy(dailyCloses.day)
    .limit(1);
  return row?.closed ?? null;
}

/** What the strategy holds of an instrument by its fills: average entry price and since when; null where none was told. */
export async function entryOf(strategyId: string, instrument: string, from: Reader = db) {
  const [row] = await from
    .select()
    .from(strategyPositions)
    .where(and(eq(strategyPositions.strategyId, strategyId), eq(strategyPositions.instrument, instrument)));
  return row ?? null;
}

export const insertSizing = (tx: Tx, row: typeof sizings.$inferInsert) => tx.insert(sizings).values(row);

export type SizingRow = {
  id: string;
  portfolioId: string;
  result: SizingView;
  askedByName: string;
  byMachine: boolean;
  askedAt: Date;
};

/** Sizings of a portfolio, the newest first, with who asked. */
export async function listSizings(actor: Actor, portfolioId: string, from: Reader = db): Promise<SizingRow[]> {
  authorize(actor, 'read', { portfolioId });
  const rows = await from
    .select()
    .from(sizings)
    .where(eq(sizings.portfolioId, portfolioId))
    .orderBy(desc(sizings.askedAt), desc(sizings.id))
    .limit(50);
  return rows.map(({ id, result, askedByName, byMachine, askedAt }) => ({
    id,
    portfolioId,
    result: result as SizingView,
    askedByName,
    byMachine,
    askedAt,
  }));
}

/** What can be sized in a portfolio: its strategies with capital or without, and the instruments with prices. */
export async function sizingChoices(actor: Actor, portfolioId: string, from: Reader = db) {
  authorize(actor, 'read', { portfolioId });
  const [named, held, traded] = await Promise.all([
    from
      .select({
        id: strategies.id,
        name: strategies.name,
        ownerId: strategies.ownerId,
        version: releases.version,
        tranche: strategyCapital.tranche,
      })
      .from(strategies)
      .leftJoin(strategyCapital, and(eq(strategyCapital.strategyId, strategies.id), isNull(strategyCapital.endedAt)))
      .leftJoin(launches, eq(launches.id, strategyCapital.launchId))
      .leftJoin(releases, eq(releases.id, launches.releaseId))
      .where(eq(strategies.portfolioId, portfolioId))
      .orderBy(strategies.name),
    listInstruments(portfolioId, from),
    from
      .selectDistinct({ instrument: orderFills.instrument })
      .from(orderFills)
      .where(eq(orderFills.portfolioId, portfolioId)),
  ]);
  const rest = traded
    .filter((t) => !held.some((h) => h.instrument === t.instrument))
    .map((t) => ({ instrument: t.instrument, lot: null, closes: 0 }));
  return { strategies: named, instruments: [...held, ...rest] };
}

/** Orders that hold capital in a portfolio now, oldest first. */
export async function openReservations(actor: Actor, portfolioId: string, from: Reader = db) {
  authorize(actor, 'read', { portfolioId });
  return from
    .select({
      id: reservations.id,
      strategyName: strategies.name,
      clientOrderId: reservations.clientOrderId,
      instrument: reservations.instrument,
      side: reservations.side,
      quantity: reservations.quantity,
      amount: reservations.amount,
      isReducing: reservations.isReducing,
      state: reservations.state,
      createdAt: reservations.createdAt,
      expiresAt: reservations.expiresAt,
    })
    .from(reservations)
    .innerJoin(strategies, eq(strategies.id, reservations.strategyId))
    .where(
      and(
        eq(reservations.portfolioId, portfolioId),
        or(
          inArray(reservations.state, ['working', 'filled']),
          and(eq(reservations.state, 'held'), query`${reservations.expiresAt} > app.now()`),
        ),
      ),
    )
    .orderBy(reservations.createdAt)
    .limit(100);
}
