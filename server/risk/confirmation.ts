import { Decimal } from '../kernel/decimal';
import type { Utilisation } from './utilisation';

/** How many of the last samples must breach, how long that may wait, and from where one sample is enough. */
export type ConfirmationPolicy = { needed: number; of: number; capMs: number | null; atOnce: Decimal | null };

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

/** The last levels of one limit, oldest first; at most `of` of them. */
export type Window = { at: Date; level: Decimal }[];

/** `confirmed` is the utilisation that enough samples reached; `pending` that the newest alone is over the limit. */
export type Confirmation = { window: Window; confirmed: Decimal; confirmedAt: Date; pending: boolean };

const ZERO_LEVEL = new Decimal(0);

const nthHighest = (window: Window, n: number): Decimal =>
  [...window].sort((a, b) => b.level.cmp(a.level))[n - 1]?.level ?? ZERO_LEVEL;

/**
 * Adds one sane sample and says which utilisation is confirmed: the `needed`-th highest of the last `of`, or this one
 * alone from `atOnce`. An open gap of `capMs` after a breaching sample confirmed it before this one came: see `silence`.
 */
export function confirm(
  window: Window,
  sample: { at: Date; level: Decimal },
  policy: ConfirmationPolicy,
): Confirmation {
  const next = [...window, sample].slice(-policy.of);
  const alone = policy.atOnce !== null && sample.level.gte(policy.atOnce);
  const confirmed = alone ? sample.level : next.length < policy.needed ? ZERO_LEVEL : nthHighest(next, policy.needed);
  return { window: next, confirmed, confirmedAt: sample.at, pending: sample.level.gt(1) && confirmed.lte(1) };
}

/**
 * What silence confirms: the newest sample breached, and nothing came for `capMs`. Returns its level and the instant,
 * or null. `until` is the next sample's time, or now.
 */
export function silence(
  window: Window,
  until: Date,
  policy: ConfirmationPolicy,
): { confirmed: Decimal; confirmedAt: Date } | null {
  const last = window.at(-1);
  if (!last || policy.capMs === null || last.level.lte(1)) return null;
  const due = new Date(last.at.getTime() + policy.capMs);
  return due <= until ? { confirmed: last.level, confirmedAt: due } : null;
}
