import { Decimal } from '../kernel/decimal';
import type { Measure } from './limit-definition';
import type { Utilisation } from './utilisation';

/** How many of the last samples must breach, how long that may wait, and from where one sample is enough. */
export type ConfirmationPolicy = { needed: number; of: number; capMs: number | null; atOnce: Decimal | null };

/** Counts that a limit set sets apart, by measure; the others are confirmed as by default. */
export type ConfirmationRules = Partial<Record<Measure, { needed: number; of: number }>>;

/** Drawdown, loss, position, cash: 2 of 3, 10 s at most, 150 % of the limit at once. */
export const LIVE_CONFIRMATION: ConfirmationPolicy = { needed: 2, of: 3, capMs: 10_000, atOnce: new Decimal('1.5') };
/** Correlation: 3 of 3 day closes. */
export const CLOSE_CONFIRMATION: ConfirmationPolicy = { needed: 3, of: 3, capMs: null, atOnce: null };

/** Rank of a utilisation among others; `beyond` ranks above every ratio. For comparison only, never shown. */
const ABOVE_ALL = new Decimal('1e30');
export const levelOf = (utilisation: Utilisation): Decimal | null =>
  utilisation.kind === 'unknown' ? null : utilisation.kind === 'beyond' ? ABOVE_ALL : utilisation.ratio;
export const utilisationAt = (level: Decimal): Utilisation =>
  level.gte(ABOVE_ALL) ? { kind: 'beyond' } : { kind: 'ratio', ratio: level };

/** One level of a limit; `own` is that of the session's loss alone, where the level is the worse of two windows. */
export type Level = { at: Date; level: Decimal; own?: Decimal };

/** The last levels of one limit, oldest first; at most `of` of them. */
export type Window = Level[];

/**
 * `confirmed` is the utilisation that enough samples reached, `own` that by the session alone (null where it is none of its
 * own); `pending` that the newest alone is over the limit.
 */
export type Confirmation = {
  window: Window;
  confirmed: Decimal;
  own: Decimal | null;
  confirmedAt: Date;
  pending: boolean;
};

const ZERO_LEVEL = new Decimal(0);

const nthHighest = (levels: readonly Decimal[], n: number): Decimal =>
  [...levels].sort((a, b) => b.cmp(a))[n - 1] ?? ZERO_LEVEL;

/** The level that enough of the last samples reached, or the newest alone from `atOnce`. */
function reachedBy(levels: readonly Decimal[], { needed, atOnce }: ConfirmationPolicy): Decimal {
  const newest = levels.at(-1) ?? ZERO_LEVEL;
  if (atOnce !== null && newest.gte(atOnce)) return newest;
  return levels.length < needed ? ZERO_LEVEL : nthHighest(levels, needed);
}

/**
 * Adds one sane sample and says which utilisation is confirmed: the `needed`-th highest of the last `of`, or this one
 * alone from `atOnce`. An open gap of `capMs` after a breaching sample confirmed it before this one came: see `silence`.
 */
export function confirm(window: Window, sample: Level, policy: ConfirmationPolicy): Confirmation {
  const next = [...window, sample].slice(-policy.of);
  const levels = next.map(({ level }) => level);
  const confirmed = reachedBy(levels, policy);
  const own = sample.own
    ? reachedBy(
        next.map((one) => one.own ?? ZERO_LEVEL),
        policy,
      )
    : null;
  return { window: next, confirmed, own, confirmedAt: sample.at, pending: sample.level.gt(1) && confirmed.lte(1) };
}

/**
 * What silence confirms: the newest sample breached, and nothing came for `capMs`. Returns its level and the instant,
 * or null. `until` is the next sample's time, or now.
 */
export function silence(
  window: Window,
  until: Date,
  policy: ConfirmationPolicy,
): { confirmed: Decimal; own: Decimal | null; confirmedAt: Date } | null {
  const last = window.at(-1);
  if (!last || policy.capMs === null || last.level.lte(1)) return null;
  const due = new Date(last.at.getTime() + policy.capMs);
  return due <= until ? { confirmed: last.level, own: last.own ?? null, confirmedAt: due } : null;
}
