import 'server-only';
import { and, asc, desc, eq, isNull, ne, sql } from 'drizzle-orm';
import { db } from '@/db/client';
import { backtests, dailyCloses, releases, strategies } from '@/db/schema';
import { notFound } from '../kernel/errors';
import type { History, HistoryChoice } from './history';
import { backtestDetail } from './store';
import type { StoredPeer, StoredSeries } from './stored-series';

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
        name: recordedName(one.subject, one.name),
        source: 'recorded' as const,
        strategyId: one.subject || null,
        detail:
          one.subject === ''
            ? 'unit value at each day close; positions and cash of the last 90 days'
            : 'unit value at each day close; its positions of the last 90 days, against the equity of the portfolio',
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

/**
 * A backtest of this portfolio as a history, the other strategies of its file beside it: those that stand, by name, the
 * newest reading of each. Throws NOT_FOUND.
 */
export async function importedHistory(portfolioId: string, backtestId: string): Promise<History> {
  const { nameInFile, series, fileId } = await backtestDetail(backtestId, [portfolioId]);
  const others = await db
    .select({ name: backtests.nameInFile, daily: sql<StoredSeries['daily']>`${backtests.series} -> 'daily'` })
    .from(backtests)
    .where(and(eq(backtests.fileId, fileId), ne(backtests.nameInFile, nameInFile), isNull(backtests.supersededAt)))
    .orderBy(desc(backtests.importedAt), asc(backtests.nameInFile));
  const newest = new Map(others.toReversed().map(({ name, daily }) => [name, daily]));
  return {
    id: `backtest:${backtestId}`,
    name: nameInFile,
    series,
    peers: [...newest].flatMap(([name, daily]) => (daily ? [peerOf(name, daily)] : [])),
    isWhole: false,
  };
}

/**
 * What a portfolio (empty text) or one of its strategies recorded, beside what the other strategies of the portfolio did.
 * Unit values are the flow-neutral equity: a deposit moves nothing. Null where there is no such history.
 */
export async function recordedHistory(portfolioId: string, subject: string): Promise<History | null> {
  const rows = await db
    .select({
      subject: dailyCloses.subject,
      day: dailyCloses.day,
      unitValue: dailyCloses.unitValue,
      strategy: strategies.name,
    })
    .from(dailyCloses)
    .leftJoin(strategies, eq(sql`${strategies.id}::text`, dailyCloses.subject))
    .where(and(eq(dailyCloses.portfolioId, portfolioId), sql`${dailyCloses.unitValue} is not null`))
    .orderBy(asc(strategies.name), asc(dailyCloses.day));
  const bySubject = new Map<string, typeof rows>();
  for (const row of rows) {
    const held = bySubject.get(row.subject);
    if (held) held.push(row);
    else bySubject.set(row.subject, [row]);
  }
  const own = bySubject.get(subject);
  if (!own || own.length < 2) return null;
  const others = [...bySubject].filter(([other]) => other !== '' && other !== subject);
  return {
    id: `recorded:${subject}`,
    name: recordedName(subject, own[0]?.strategy),
    series: { sampling: 'daily', daily: closesOf(own), points: null, holdings: null },
    peers: others.map(([, closes]) => peerOf(closes[0]?.strategy ?? 'A strategy', closesOf(closes))),
    isWhole: subject === '',
  };
}

const recordedName = (subject: string, strategy: string | null | undefined): string =>
  subject === '' ? 'The portfolio, as recorded' : `${strategy ?? 'A strategy'}, as recorded`;

const peerOf = (name: string, { day, value, opening }: NonNullable<StoredSeries['daily']>): StoredPeer => ({
  name,
  day,
  value,
  opening,
});

const closesOf = (rows: { day: string; unitValue: string | null }[]): NonNullable<StoredSeries['daily']> => ({
  day: rows.map((row) => Date.parse(`${row.day}T00:00:00Z`)),
  value: rows.map((row) => Number(row.unitValue)),
  exact: rows.map((row) => row.unitValue!),
  opening: null,
});
