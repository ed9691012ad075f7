import { type LatchScope, ownState, stricterOf, type TradingState } from '../trading-state/latch';
import type { EngineReport } from './messages';

type Latches = Parameters<typeof ownState>[0];

/** A report older than this says nothing of what an engine does now. */
export const REPORT_COUNTS_MS = 30_000;

/** A place of an engine: `*` is everything it runs, else a strategy by the reference it knows it by. */
export type EnginePlace = { place: string; scope: LatchScope };

/**
 * What an engine says of a place where it trades more freely than the latches of that place allow; null where it obeys. A
 * strategy that it does not report is not known to it: nothing is said.
 */
export function laxAt(
  report: Pick<EngineReport, 'state' | 'strategies'> | null,
  { place, scope }: EnginePlace,
  latches: Latches,
): { says: TradingState; holds: TradingState } | null {
  const says = place === '*' ? report?.state : report?.strategies.find(({ ref }) => ref === place)?.state;
  const holds = ownState(latches, scope);
  return says && stricterOf(says, holds) !== says ? { says, holds } : null;
}

/** The report of an engine, where it came a moment ago; null where what the engine does now is not known. */
export const freshReport = <T>(report: T | null, heardAt: Date | null, now: Date): T | null =>
  heardAt && now.getTime() - heardAt.getTime() <= REPORT_COUNTS_MS ? report : null;
