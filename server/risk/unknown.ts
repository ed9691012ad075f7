import type { Calendar } from './calendar';
import type { Measure } from './limit-definition';
import type { Verdict } from './limits';
import { nextOpen, type Session, sessionAt, sessionBefore } from './session-day';

const SECOND = 1_000;

/**
 * Ages at which an unknown portfolio is acted on, counted from the moment its last sample became too old. The watch looks every
 * 10 s and acts at the first look after an age, never before it; new risk is denied from age 0 by whoever is asked, not by it.
 */
export const UNKNOWN_LADDER = { alertMs: 60 * SECOND, reducingMs: 300 * SECOND, haltedMs: 900 * SECOND } as const;

/** Fresh samples within limits after which a `stale` latch of REDUCING clears itself. */
export const FRESH_SAMPLES_TO_CLEAR = 3;

/** The oldest a sample may be in session: three reporting intervals, and 10 s at least. */
export const maxAgeMs = (reportingIntervalMs: number): number =>
  Math.max(10 * SECOND, Math.round(3 * reportingIntervalMs));

/** The reporting interval of which three are this age: how an age that a limit set sets apart is reckoned with. */
export const intervalOfAge = (ageMs: number): number => ageMs / 3;

export type Freshness =
  | { state: 'missing' }
  | { state: 'fresh'; ageMs: number; maxAgeMs: number; freshUntil: Date }
  | { state: 'stale'; ageMs: number; maxAgeMs: number; staleSince: Date; staleForMs: number };

/**
 * Until when a sample counts as fresh: its maximum age in session, and outside sessions until the next open and 60 s,
 * since nobody owes samples of a closed market.
 */
export function freshUntil(asOf: Date, calendar: Calendar, reportingIntervalMs: number): Date {
  const due = new Date(asOf.getTime() + maxAgeMs(reportingIntervalMs));
  const session = sessionAt(calendar, due);
  if (session && isOpenSince(calendar, session, asOf)) return due;
  if (session) return new Date(Math.max(due.getTime(), session.opensAt.getTime() + 60 * SECOND));
  const open = nextOpen(calendar, due);
  return open ? new Date(open.getTime() + 60 * SECOND) : due;
}

/** True when trading has not paused between an instant and a session: sessions that join, at midnight say, are one. */
function isOpenSince(calendar: Calendar, session: Session, from: Date): boolean {
  let { opensAt } = session;
  while (opensAt > from) {
    const before = sessionBefore(calendar, opensAt);
    if (!before || before.closesAt < opensAt) return false;
    opensAt = before.opensAt;
  }
  return true;
}

/** How fresh the newest sample is; no sample at all is `missing`, which is never a pass. */
export function freshnessOf(asOf: Date | null, now: Date, calendar: Calendar, reportingIntervalMs: number): Freshness {
  if (!asOf) return { state: 'missing' };
  const ageMs = Math.max(0, now.getTime() - asOf.getTime());
  const until = freshUntil(asOf, calendar, reportingIntervalMs);
  const limit = maxAgeMs(reportingIntervalMs);
  if (now <= until) return { state: 'fresh', ageMs, maxAgeMs: limit, freshUntil: until };
  return { state: 'stale', ageMs, maxAgeMs: limit, staleSince: until, staleForMs: now.getTime() - until.getTime() };
}

/** Why the risk of a portfolio is unknown: no fresh sample, or fresh ones that do not say what its limits ask for. */
export type Gap = { kind: 'silence' | 'measure'; why: string };

/** What every sample must tell. A correlation needs days, a win rate trades and a strategy capital before it can be known. */
const EVERY_SAMPLE: readonly Measure[] = ['drawdown', 'dailyLoss', 'position', 'cash'];

/**
 * What is missing to know the risk of a portfolio that is expected to send; null when nothing is. `verdicts` are those of
 * its newest sample, none while no live sample could be evaluated. An account whose equity is not over 0 is a breach, and
 * only the ratios over its equity are unknown then.
 */
export function gapOf(
  freshness: Freshness,
  newest: { isLive: boolean; isBlownUp: boolean; verdicts: readonly Verdict[] },
): Gap | null {
  if (freshness.state === 'missing') return { kind: 'silence', why: 'no sample has come yet' };
  if (freshness.state === 'stale') return { kind: 'silence', why: 'the newest sample is too old' };
  if (!newest.isLive) return { kind: 'measure', why: 'no live sample could be evaluated yet' };
  if (newest.isBlownUp) return null;
  const unknown = newest.verdicts.filter(
    (v) => v.state === 'unknown' && v.scope.kind === 'portfolio' && EVERY_SAMPLE.includes(v.measure),
  );
  return unknown.length > 0 ? { kind: 'measure', why: unknown.map((v) => v.sentence).join('; ') } : null;
}

export type UnknownRung = 'none' | 'deny' | 'alert' | 'reducing' | 'halted';

/** What data that have been unknown for so long ask for: new risk denied at once, an alert, REDUCING, in the end HALTED. */
export function unknownRungAfter(forMs: number): Exclude<UnknownRung, 'none'> {
  if (forMs >= UNKNOWN_LADDER.haltedMs) return 'halted';
  if (forMs >= UNKNOWN_LADDER.reducingMs) return 'reducing';
  return forMs >= UNKNOWN_LADDER.alertMs ? 'alert' : 'deny';
}
