import type { Replay } from './replay';
import type { ReplayLimitName } from './replay-limits';

const MISSING: Record<ReplayLimitName, string> = {
  drawdown: 'no daily equity in this history',
  dailyLoss: 'no daily equity in this history',
  position: 'no positions in this history',
  correlation: 'no two strategies with 60 common days in this history',
  cash: 'no cash in this history',
};

/**
 * What a history leaves untold of a limit, in words: that it has no such data, or on how many of its closes it has them; null
 * where nothing is missing. The first close has no day before it, which is nothing missing.
 */
export function gapOf({ breaches, days }: Replay, name: ReplayLimitName): string | null {
  const found = breaches[name];
  if (!found) return MISSING[name];
  return found.daysKnown < days - 1 ? `known on ${found.daysKnown} of ${days} closes` : null;
}
