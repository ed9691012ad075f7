import 'server-only';
import { and, desc, inArray, isNotNull, isNull } from 'drizzle-orm';
import { db } from '@/db/client';
import { backtests } from '@/db/schema';
import type { Tx } from '../kernel/transaction';
import { returnsByDay } from './correlation-splice';

type Reader = Tx | typeof db;

/** What an approved backtest says of a strategy, as far as risk compares with it. */
export type ApprovedBacktest = {
  strategyId: string;
  /** Simple returns by day; empty where the file has no daily closes. */
  returns: Map<string, number>;
  /** Wins over closed trades, and what was counted; null where the file has no trades. */
  winRate: { rate: number; trades: number } | null;
};

type Series = { daily: { day: number[]; value: number[] } | null };
type Statistics = { trades: { count: number; wins: number; winRate: number | null } | null };

/** The newest approved backtest of each strategy. */
export async function approvedBacktests(
  strategyIds: readonly string[],
  from: Reader = db,
): Promise<Map<string, ApprovedBacktest>> {
  if (strategyIds.length === 0) return new Map();
  const rows = await from
    .selectDistinctOn([backtests.strategyId], {
      strategyId: backtests.strategyId,
      series: backtests.series,
      statistics: backtests.statistics,
    })
    .from(backtests)
    .where(
      and(
        inArray(backtests.strategyId, [...strategyIds]),
        isNotNull(backtests.approvedAt),
        isNull(backtests.retiredAt),
      ),
    )
    .orderBy(backtests.strategyId, desc(backtests.approvedAt));
  return new Map(rows.map((row) => [row.strategyId, approvedOf(row)]));
}

function approvedOf(row: { strategyId: string; series: unknown; statistics: unknown }): ApprovedBacktest {
  const { daily } = row.series as Series;
  const { trades } = row.statistics as Statistics;
  const day = (at: number) => new Date(at).toISOString().slice(0, 10);
  return {
    strategyId: row.strategyId,
    returns: daily ? returnsByDay(daily.day.map(day), daily.value) : new Map(),
    winRate: trades?.winRate != null ? { rate: trades.winRate, trades: trades.count } : null,
  };
}
