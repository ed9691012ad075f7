import type { OutOfSample } from '../model';
import type { DailySummary } from './daily-returns';
import type { Drawdown } from './drawdown';
import type { Kelly } from './kelly';
import type { MonthReturn } from './monthly';
import type { ReferenceSize } from './sizing100k';
import type { Span } from './span';
import type { TradeStatistics } from './trades';

/** Everything the product says about one strategy of a file. Null is unknown; fractions, not per cent; epoch milliseconds. */
export interface StrategyFacts {
  name: string;
  span: Span;
  /** Over every point of the file; `basis` says what a point is. */
  drawdown: (Drawdown & { basis: string }) | null;
  dailyDrawdown: Drawdown | null;
  totalReturn: number | null;
  daily: DailySummary;
  volatility30: number | null;
  sharpe252: number | null;
  sortino252: number | null;
  calmar: number | null;
  trades: TradeStatistics | null;
  kelly: Kelly | null;
  sizing100k: ReferenceSize;
  monthly: MonthReturn[];
  outOfSample: OutOfSample;
}
