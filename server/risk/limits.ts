import { type Decimal, maxOf, minOf } from '../kernel/decimal';
import { type Limit, type LimitSet, MEASURE_LABEL, type Measure, type Scope, type ScopeKind } from './limit-definition';
import type { Reading } from './reading';
import { compareUtilisation, exceeds, headroomOf, type Utilisation, utilisationOf } from './utilisation';

export type Measurement = { measure: Measure; scope: Scope; subject: string | null; reading: Reading };
export type VerdictState = 'within' | 'soft' | 'breach' | 'unknown';

/** One limit looked at with one measurement. `headroom` is in the unit of the value; null when the value is unknown. */
export type Verdict = Measurement & {
  state: VerdictState;
  limit: Limit;
  utilisation: Utilisation;
  headroom: Decimal | null;
  /** True when an open episode would count this sample towards its end. */
  recovered: boolean;
  /** How people speak of the subject, where that is not its key: the names of a pair. */
  label?: string;
  sentence: string;
};

function rendered(measure: Measure, value: Decimal, places: number): string {
  return measure === 'correlation' ? value.toFixed(places + 1) : `${value.mul(100).toFixed(places)} %`;
}

/** A value with its unit as limits are spoken of: `12.3 %`, `0.74`. */
export const measureText = (measure: Measure, value: Decimal, places = 1): string => rendered(measure, value, places);

/**
 * "Drawdown 12.3 % exceeds 10.0 %": value, limit and unit. As many decimals as it takes to tell the two apart, so that a
 * breach never reads like its own limit.
 */
export function sentenceOf(limit: Limit, subject: string | null, reading: Reading): string {
  const name = subject ? `${MEASURE_LABEL[limit.measure]} ${subject}` : MEASURE_LABEL[limit.measure];
  if (reading.kind === 'unknown') return `${name} is unknown: ${reading.reason}`;
  let places = 1;
  while (
    places < 6 &&
    !reading.value.eq(limit.hard) &&
    rendered(limit.measure, reading.value, places) === rendered(limit.measure, limit.hard, places)
  ) {
    places += 1;
  }
  const value = rendered(limit.measure, reading.value, places);
  const hard = rendered(limit.measure, limit.hard, places);
  if (!exceeds(limit.direction, reading.value, limit.hard)) return `${name} ${value} is within ${hard}`;
  return limit.direction === 'ceiling' ? `${name} ${value} exceeds ${hard}` : `${name} ${value} is under ${hard}`;
}

const isStricter = (a: Limit, b: Limit): boolean => (a.direction === 'ceiling' ? a.hard.lt(b.hard) : a.hard.gt(b.hard));

/** The version of each level that is in force at an instant; levels without one are left out. */
export function setsInForce(sets: readonly LimitSet[], at: Date): LimitSet[] {
  const byLevel = new Map<string, LimitSet>();
  for (const set of sets) {
    if (set.effectiveFrom > at) continue;
    const key = `${set.level.kind}:${set.level.id ?? ''}`;
    const held = byLevel.get(key);
    if (!held || set.version > held.version) byLevel.set(key, set);
  }
  return [...byLevel.values()];
}

/** The set of a portfolio itself, without those of the firm and its strategies. */
export const ownSet = (sets: readonly LimitSet[], portfolioId: string): LimitSet | undefined =>
  sets.find((set) => set.level.kind === 'portfolio' && set.level.id === portfolioId);

type Wanted = { measure: Measure; appliesTo: ScopeKind; subject: string | null };

const isRunning = (l: Limit, at: Date): boolean =>
  !(l.expiresAt && l.expiresAt <= at) && !(l.startsAt && l.startsAt > at);

/** Two limits at once: each tier of the stricter of both. */
function bothOf(a: Limit, b: Limit): Limit {
  const strict = a.direction === 'ceiling' ? minOf : maxOf;
  const tiers = {
    hard: strict(a.hard, b.hard),
    soft: strict(a.soft, b.soft),
    recovery: strict(a.recovery, b.recovery),
  };
  return { ...(isStricter(b, a) ? b : a), ...tiers };
}

/**
 * The limit of one level: the newest running override of the subject, else of the measure, else the general limit, and
 * with it whatever newer override tightens beside it. Overrides stand in `limits` newest first.
 */
function limitOfLevel(limits: readonly Limit[], wanted: Wanted, at: Date): Limit | null {
  const { measure, appliesTo, subject } = wanted;
  const matching = limits.filter((l) => l.measure === measure && l.appliesTo === appliesTo && isRunning(l, at));
  const own = subject === null ? [] : matching.filter((l) => l.subject === subject);
  const general = matching.filter((l) => l.subject === null);
  if (!matching.some((l) => l.override)) return own[0] ?? general[0] ?? null;
  const layers = [...own, ...general.filter((l) => l.override), ...general.filter((l) => !l.override)];
  let tightest: Limit | null = null;
  for (const limit of layers) {
    tightest = tightest ? bothOf(limit, tightest) : limit;
    if (limit.override !== 'beside') break;
  }
  return tightest;
}

/**
 * The limit that counts for a measure, scope and subject: in each level a running override stands in for the general
 * limit, or beside it where it only tightens; across levels (firm, portfolio, strategy) the strictest wins. Limits of a
 * strategy are its own; without a scope those of every strategy count, the strictest of all. Null where nobody set one.
 */
export function limitFor(sets: readonly LimitSet[], wanted: Wanted & { scope?: Scope }, at: Date): Limit | null {
  let strictest: Limit | null = null;
  for (const set of sets) {
    if (set.level.kind === 'strategy' && wanted.scope && set.level.id !== wanted.scope.id) continue;
    const limit = limitOfLevel(set.limits, wanted, at);
    if (limit && (!strictest || isStricter(limit, strictest))) strictest = limit;
  }
  return strictest;
}

/** The verdict of one limit on one reading. Missing or NaN is `unknown`, never within. */
export function verdictOf(measurement: Measurement, limit: Limit): Verdict {
  const { reading } = measurement;
  const sentence = sentenceOf(limit, measurement.subject, reading);
  if (reading.kind === 'unknown' || !reading.value.isFinite()) {
    return {
      ...measurement,
      state: 'unknown',
      limit,
      utilisation: { kind: 'unknown' },
      headroom: null,
      recovered: false,
      sentence,
    };
  }
  const { value } = reading;
  const breached = exceeds(limit.direction, value, limit.hard);
  const soft = exceeds(limit.direction, value, limit.soft);
  return {
    ...measurement,
    state: breached ? 'breach' : soft ? 'soft' : 'within',
    limit,
    utilisation: utilisationOf(limit.direction, value, limit.hard),
    headroom: headroomOf(limit.direction, value, limit.hard),
    recovered: !exceeds(limit.direction, value, limit.recovery),
    sentence,
  };
}

/** The newest value is known and not over its limit. */
export const isWithin = ({ state }: Verdict): boolean => state === 'within' || state === 'soft';

/** The same verdict, spoken of by names instead of keys. */
export const labelled = (verdict: Verdict, label: string): Verdict => ({
  ...verdict,
  label,
  sentence: sentenceOf(verdict.limit, label, verdict.reading),
});

/** Every measurement against the limit that counts for it. What no limit is set for is left out. */
export function checkLimits(measurements: readonly Measurement[], sets: readonly LimitSet[], at: Date): Verdict[] {
  const verdicts: Verdict[] = [];
  for (const measurement of measurements) {
    const limit = limitFor(sets, { ...measurement, appliesTo: measurement.scope.kind }, at);
    if (limit) verdicts.push(verdictOf(measurement, limit));
  }
  return verdicts;
}

/** Worst first; unknown last (it is counted in the head of the table). */
export const worstFirst = (verdicts: readonly Verdict[]): Verdict[] =>
  [...verdicts].sort((a, b) => compareUtilisation(a.utilisation, b.utilisation));

/** The key under which an episode of a limit lives: limit + scope + subject. */
export const limitKey = (v: { measure: Measure; scope: Scope; subject: string | null }): string =>
  [v.measure, v.scope.kind, v.scope.id ?? 'firm', v.subject ?? ''].join('|');

/** The scope and subject inside a limit key. */
export function partsOfKey(key: string): { measure: Measure; scope: Scope; subject: string | null } {
  const [measure, kind, id, ...subject] = key.split('|') as [Measure, ScopeKind, string, ...string[]];
  return { measure, scope: { kind, id: id === 'firm' ? null : id }, subject: subject.join('|') || null };
}
