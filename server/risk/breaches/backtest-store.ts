import 'server-only';
import { and, desc, inArray, isNotNull, isNull } from 'drizzle-orm';
import { db } from '@/db/client';
import { backtests } from '@/db/schema';
import type { Tx } from '../../kernel/transaction';
import { returnsByDay } from '../correlation/correlation-splice';

type Reader = Tx | typeof db;
type Series = { daily: { day: number[]; value: number[] } | null };
type Statistics = { trades: { count: number; winRate: number | null } | null };

const approvedOf = (strategyIds: readonly string[]) =>
  and(inArray(backtests.strategyId, [...strategyIds]), isNotNull(backtests.approvedAt), isNull(backtests.retiredAt));

/** Simple returns by day of the newest approved backtest of each strategy; empty where its file has no daily closes. */
export async function backtestReturns(
  strategyIds: readonly string[],
  from: Reader = db,
): Promise<Map<string, Map<string, number>>> {
  if (strategyIds.length === 0) return new Map();
  const rows = await from
    .selectDistinctOn([backtests.strategyId], { strategyId: backtests.strategyId, series: backtests.series })
    .from(backtests)
    .where(approvedOf(strategyIds))
    .orderBy(backtests.strategyId, desc(backtests.approvedAt));
  return new Map(rows.map(({ strategyId, series }) => [strategyId, returnsIn(series as Series)]));
}

function returnsIn({ daily }: Series): Map<string, number> {
  const day = (at: number) => new Date(at).toISOString().slice(0, 10);
  return daily ? returnsByDay(daily.day.map(day), daily.value) : new Map();
}

/** Wins over closed trades in the newest approved backtest of each strategy; none where its file has no trades. */
export async function backtestWinRates(
  strategyIds: readonly string[],
  from: Reader = db,
): Promise<Map<string, { rate: number; trades: number }>> {
  if (strategyIds.length === 0) return new Map();
  const rows = await from
    .selectDistinctOn([backtests.strategyId], { strategyId: backtests.strategyId, statistics: backtests.statistics })
    .from(backtests)
    .where(approvedOf(strategyIds))
    .orderBy(backtests.strategyId, desc(backtests.approvedAt));
  return new Map(
    rows.flatMap(({ strategyId, statistics }) => {
      const { trades } = statistics as Statistics;
      return trades?.winRate == null ? [] : [[strategyId, { rate: trades.winRate, trades: trades.count }] as const];
    }),
  );
}
