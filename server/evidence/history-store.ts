import 'server-only';
import { and, asc, desc, eq, isNull, sql } from 'drizzle-orm';
import { db } from '@/db/client';
import { backtests, dailyCloses, releases, strategies } from '@/db/schema';
import { notFound } from '../kernel/errors';
import type { History, HistoryChoice } from './history';
import { backtestDetail } from './store';
import type { StoredSeries } from './stored-series';

const mayRead = (portfolioId: string, visible: string[] | null) => {
  if (visible !== null && !visible.includes(portfolioId)) throw notFound('The portfolio');
};

/** Histories of a portfolio with daily closes: what it and its strategies recorded, then its imported backtests. */
export async function listHistories(portfolioId: string, visible: string[] | null): Promise<HistoryChoice[]> {
  mayRead(portfolioId, visible);
  const recorded = await db
    .select({
      subject: dailyCloses.subject,
      days: sql<number>`count(*)::int`,
      name: sql<string | null>`max(${strategies.name})`,
    })
    .from(dailyCloses)
    .leftJoin(strategies, eq(sql`${strategies.id}::text`, dailyCloses.subject))
    .where(and(eq(dailyCloses.portfolioId, portfolioId), sql`${dailyCloses.unitValue} is not null`))
    .groupBy(dailyCloses.subject)
    .orderBy(asc(dailyCloses.subject));
  const imported = await db
    .select({
      id: backtests.id,
      name: backtests.nameInFile,
      strategyId: backtests.strategyId,
      strategy: strategies.name,
      version: releases.version,
      days: sql<number>`coalesce(jsonb_array_length(${backtests.series} #> '{daily,day}'), 0)`,
    })
    .from(backtests)
    .innerJoin(strategies, eq(strategies.id, backtests.strategyId))
    .innerJoin(releases, eq(releases.id, backtests.releaseId))
    .where(
      and(
        eq(backtests.portfolioId, portfolioId),
        isNull(backtests.supersededAt),
        sql`jsonb_typeof(${backtests.series} -> 'daily') = 'object'`,
      ),
    )
    .orderBy(desc(backtests.importedAt));
  return [
    ...recorded
      .filter((one) => one.days > 1)
      .map((one) => ({
        id: `recorded:${one.subject}`,
        name: one.subject === '' ? 'The portfolio, as recorded' : `${one.name ?? 'A strategy'}, as recorded`,
        source: 'recorded' as const,
        strategyId: one.subject || null,
        detail: 'unit value at each day close',
        days: one.days,
      })),
    ...imported.map((one) => ({
      id: `backtest:${one.id}`,
      name: one.name,
      source: 'import' as const,
      strategyId: one.strategyId,
      detail: `${one.strategy} ${one.version}`,
      days: one.days,
    })),
  ];
}

/** One history with its daily closes; throws NOT_FOUND where it is not of this portfolio or not visible. */
export async function loadHistory(portfolioId: string, id: string, visible: string[] | null): Promise<History> {
  mayRead(portfolioId, visible);
  const [kind, key = ''] = id.split(':');
  if (kind === 'backtest') {
    const { nameInFile, series } = await backtestDetail(key, [portfolioId]);
    return { id, name: nameInFile, series };
  }
  const choice = (await listHistories(portfolioId, visible)).find((one) => one.id === id);
  if (!choice) throw notFound('The history');
  const rows = await db
    .select({ day: dailyCloses.day, unitValue: dailyCloses.unitValue })
    .from(dailyCloses)
    .where(
      and(
        eq(dailyCloses.portfolioId, portfolioId),
        eq(dailyCloses.subject, key),
        sql`${dailyCloses.unitValue} is not null`,
      ),
    )
    .orderBy(asc(dailyCloses.day));
  return { id, name: choice.name, series: recordedSeries(rows) };
}

/** Unit values are the flow-neutral equity: a deposit moves nothing. */
function recordedSeries(rows: { day: string; unitValue: string | null }[]): StoredSeries {
  return {
    sampling: 'daily',
    daily: {
      day: rows.map((row) => Date.parse(`${row.day}T00:00:00Z`)),
      value: rows.map((row) => Number(row.unitValue)),
      exact: rows.map((row) => row.unitValue!),
      opening: null,
    },
    points: null,
    holdings: null,
  };
}
