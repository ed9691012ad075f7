import type { BacktestView, Purpose } from '@/server/evidence/backtest';
import type { StatusKind } from '../ui/status';

export const PURPOSE_WORDS: Record<Purpose, string> = {
  'in-sample': 'In sample',
  'out-of-sample': 'Out of sample',
  'walk-forward': 'Walk-forward fold',
};

export const FORMAT_WORDS: Record<string, string> = {
  freqtrade: 'Freqtrade',
  lean: 'LEAN',
  'prices-csv': 'Prices',
  'returns-csv': 'Returns',
  'pyfolio-positions': 'pyfolio positions',
  'pyfolio-transactions': 'pyfolio transactions',
};

export const SAMPLING_WORDS: Record<string, string> = {
  'per-trade': 'over every closed trade',
  intraday: 'over every point, intraday',
  daily: 'over days',
  'coarser-than-daily': 'between points more than a day apart',
};

export const CHECK_WORDS: Record<string, string> = {
  span: 'Span',
  trades: 'Number of trades',
  'win-rate': 'Win rate',
  drawdown: 'Drawdown',
  'daily-loss': 'Worst day',
  volatility: '30-day volatility',
  edge: 'Edge',
  'out-of-sample': 'Out of sample',
  consistency: 'Agrees with itself',
};

export const VERDICT_STATUS = { pass: 'passed', fail: 'failed', unknown: 'unknown' } as const satisfies Record<
  string,
  StatusKind
>;

export const STANDING: Record<BacktestView['standing'], { kind: StatusKind; word: string }> = {
  evidence: { kind: 'evidence', word: 'Evidence' },
  proposed: { kind: 'awaiting', word: 'Awaiting approval' },
  rejected: { kind: 'rejected', word: 'Rejected' },
  expectation: { kind: 'approved', word: 'Expectation' },
  retired: { kind: 'off', word: 'Retired' },
};

/** `2 Jan 2020` of an instant that is a UTC day of a backtest. */
export function utcDay(at: number | null): string {
  if (at === null) return '';
  return new Intl.DateTimeFormat('en-GB', { timeZone: 'UTC', day: 'numeric', month: 'short', year: 'numeric' })
    .format(at)
    .replace('Sept', 'Sep');
}
