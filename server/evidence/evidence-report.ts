import { instantText } from './file-time';
import type { ImportedFile } from './model';
import { type StrategyStatistics, statisticsOf } from './statistics/strategy-statistics';

/** Statistics of every strategy of a file, with the warnings of the file. */
export interface EvidenceReport {
  file: Pick<ImportedFile, 'format' | 'guess' | 'warnings'>;
  strategies: StrategyStatistics[];
}

export const reportOf = (file: ImportedFile): EvidenceReport => ({
  file,
  strategies: file.strategies.map((strategy) => statisticsOf(strategy, file.warnings)),
});

const time = (at: number | null): string | null => (at === null ? null : instantText(at));

/**
 * The report as machines read it: `null` is unknown, times ISO 8601 UTC, fractions and not per cent.
 * The shape is a contract with scripts and CI; fields are only ever added.
 */
export function reportJson({ file, strategies }: EvidenceReport) {
  return {
    format: file.format,
    warnings: file.warnings.map(({ kind, strategy, fields, message }) => ({ kind, strategy, fields, message })),
    strategies: strategies.map((one) => ({
      name: one.name,
      span: { first: time(one.span.first), last: time(one.span.last), days: one.span.days, years: one.span.years },
      drawdown: {
        fraction: one.drawdown?.fraction ?? null,
        peakAt: time(one.drawdown?.peakAt ?? null),
        troughAt: time(one.drawdown?.troughAt ?? null),
        basis: one.drawdown?.basis ?? null,
      },
      dailyDrawdown: {
        fraction: one.dailyDrawdown?.fraction ?? null,
        peakAt: time(one.dailyDrawdown?.peakAt ?? null),
        troughAt: time(one.dailyDrawdown?.troughAt ?? null),
      },
      totalReturn: one.totalReturn,
      daily: { ...one.daily, worstAt: time(one.daily.worstAt), bestAt: time(one.daily.bestAt) },
      volatility30: one.volatility30,
      sharpe252: one.sharpe252,
      sortino252: one.sortino252,
      calmar: one.calmar,
      trades: one.trades && tradesJson(one.trades),
      kelly: one.kelly,
      sizing100k: { size: one.sizing100k.size, binding: one.sizing100k.binding },
      checks: one.checks,
    })),
  };
}

function tradesJson(trades: NonNullable<StrategyStatistics['trades']>) {
  const { expectancy: _, ...shown } = trades;
  return shown;
}
