import { z } from 'zod';
import type { StoredPeer, StoredSeries } from './stored-series';

/** What limits can be replayed over: an imported backtest, or what a portfolio or strategy recorded. */
export const HistoryChoice = z.object({
  /** `backtest:<id>` or `recorded:<strategy id, empty for the portfolio>`. */
  id: z.string(),
  name: z.string(),
  source: z.enum(['import', 'recorded']),
  /** Whose it is; null for the portfolio's own. */
  strategyId: z.uuid().nullable(),
  detail: z.string(),
  days: z.number(),
});
export type HistoryChoice = z.infer<typeof HistoryChoice>;

export const HistoryId = z
  .string()
  .regex(/^(backtest:[0-9a-f-]{36}|recorded:([0-9a-f-]{36})?)$/, 'Choose one of the histories.');

export const History = z.object({
  id: z.string(),
  name: z.string(),
  series: z.custom<StoredSeries>(),
  /** The other strategies of the file or the portfolio, for correlation. */
  peers: z.custom<StoredPeer[]>(),
  /** True of a portfolio, whose peers are its own strategies. */
  isWhole: z.boolean(),
});
export type History = z.infer<typeof History>;
