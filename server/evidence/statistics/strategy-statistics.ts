import type { ImportedStrategy, ImportWarning } from '../model';
import { type Check, checksOf } from './checks';
import { type DailySummary, dailyReturnsOf, summaryOf } from './daily-returns';
import { type Drawdown, drawdownOf } from './drawdown';
import type { StrategyFacts } from './facts';
import { kellyOf } from './kelly';
import { monthlyReturnsOf } from './monthly';
import { calmarOf, sharpe252Of, sortino252Of } from './ratios';
import { sizing100k } from './sizing100k';
import { spanOf } from './span';
import { tradeStatistics } from './trades';
import { volatility30Of } from './volatility';

/** The facts and the product's own verdicts over them. */
export interface StrategyStatistics extends StrategyFacts {
  checks: Check[];
}

const NO_DAYS: DailySummary = { n: 0, worst: null, worstAt: null, best: null, bestAt: null, mean: null, std: null };
const NO_RETURNS = new Float64Array(0);

/** Statistics of one imported strategy; what its file cannot carry stays null. `warnings` are those of its file. */
export function statisticsOf(strategy: ImportedStrategy, warnings: ImportWarning[]): StrategyStatistics {
  const { equity, daily } = strategy;
  const returns = daily ? dailyReturnsOf(daily) : null;
  const series = returns?.value ?? NO_RETURNS;
  const dailyDrawdown = daily ? dailyDrawdownOf(daily) : null;
  const totalReturn = equity ? totalReturnOf(equity.value) : null;
  const trades = strategy.trades ? tradeStatistics(strategy.trades.source, strategy.trades.profit) : null;
  const kelly = trades ? kellyOf(trades) : null;
  const volatility30 = volatility30Of(series);
  const facts: StrategyFacts = {
    name: strategy.name,
    span: spanOf(strategy.first, strategy.last),
    drawdown: equity ? { ...drawdownOf(equity.at, equity.value), basis: equity.sampling } : null,
    dailyDrawdown,
    totalReturn,
    daily: returns ? summaryOf(returns) : NO_DAYS,
    volatility30,
    sharpe252: sharpe252Of(series),
    sortino252: sortino252Of(series),
    calmar:
      totalReturn === null || dailyDrawdown === null
        ? null
        : calmarOf(totalReturn, series.length, dailyDrawdown.fraction),
    trades,
    kelly,
    sizing100k: sizing100k(kelly, volatility30),
    monthly: daily ? monthlyReturnsOf(daily) : [],
    outOfSample: strategy.outOfSample,
  };
  const relevant = warnings.filter((warning) => warning.strategy === null || warning.strategy === strategy.name);
  return { ...facts, checks: checksOf(facts, relevant) };
}

function dailyDrawdownOf(daily: NonNullable<ImportedStrategy['daily']>): Drawdown {
  if (!daily.opening) return drawdownOf(daily.day, daily.value);
  return drawdownOf(
    Float64Array.of(daily.opening.at, ...daily.day),
    Float64Array.of(daily.opening.value, ...daily.value),
  );
}

function totalReturnOf(value: Float64Array): number | null {
  const first = value[0];
  return first === undefined || first <= 0 ? null : value[value.length - 1]! / first - 1;
}
