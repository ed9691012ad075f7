import { type Limit, type LimitSet, MEASURES, type Measure, type ScopeKind } from '../limit-definition';
import { limitFor, ownSet, setsInForce } from '../limits';
import { changeKind, type EditKind, editKind, limitName } from './limit-change';

/** What an override is on: one instrument's position, or one measure of the portfolio or of each of its strategies. */
export type OverrideTarget = { measure: Measure; appliesTo: Exclude<ScopeKind, 'firm'>; subject: string | null };

/** A temporary override ends after this at most. */
export const OVERRIDE_DAYS_AT_MOST = 5;
/** An override is approved for a start this far ahead at most. */
export const START_DAYS_AT_MOST = 30;

const DAY = 86_400_000;

/**
 * Which way a change of overrides moves what counts for a target in the portfolio's own level, from an instant on: it
 * tightens only if at every instant the limit is at least as strict as it would have been. A limit that is gone is looser.
 *
 * `tiers` compares soft tier and recovery threshold as well as the hard limit.
 */
export function overrideKind(
  portfolioId: string,
  target: OverrideTarget,
  change: { before: readonly LimitSet[]; after: readonly LimitSet[] },
  from: Date,
  tiers: 'all' | 'hard' = 'all',
): EditKind {
  const at = (sets: readonly LimitSet[], instant: Date): Limit | null => {
    const own = ownSet(setsInForce(sets, instant), portfolioId);
    return own ? limitFor([own], target, instant) : null;
  };
  const compared = (limit: Limit) => (tiers === 'all' ? limit : { ...limit, soft: limit.hard, recovery: limit.hard });
  const kinds = instantsFrom(from, [...change.before, ...change.after]).map((instant): EditKind => {
    const [before, after] = [at(change.before, instant), at(change.after, instant)];
    if (!after) return before ? 'looser' : 'same';
    return editKind(before && compared(before), compared(after));
  });
  return changeKind(kinds);
}

/** The instant itself, and each later one at which a limit begins, ends or is replaced. */
function instantsFrom(from: Date, sets: readonly LimitSet[]): Date[] {
  const changes = sets.flatMap((set) => [
    set.effectiveFrom,
    ...set.limits.flatMap(({ startsAt, expiresAt }) => [startsAt, expiresAt].flatMap((one) => one ?? [])),
  ]);
  const later = new Set(changes.map((one) => one.getTime()).filter((one) => one > from.getTime()));
  return [from, ...Array.from(later, (one) => new Date(one))];
}

/** What is wrong with the life of an override, by field; null where nothing is. Only of an instrument is one standing. */
export function lifeFault(
  life: { startsAt: Date | null; days: number | null },
  target: OverrideTarget,
  now: Date,
): { field: 'startsAt' | 'days'; text: string } | null {
  const { startsAt, days } = life;
  if (startsAt && startsAt.getTime() - now.getTime() > START_DAYS_AT_MOST * DAY)
    return { field: 'startsAt', text: `It starts within ${START_DAYS_AT_MOST} days.` };
  if (startsAt && startsAt <= now) return { field: 'startsAt', text: 'It starts later than now, or at once.' };
  if (days === null && target.subject === null)
    return { field: 'days', text: 'Only an instrument has a standing override. Change the limits for good instead.' };
  if (days !== null && !(days > 0 && days <= OVERRIDE_DAYS_AT_MOST))
    return { field: 'days', text: `An override ends after ${OVERRIDE_DAYS_AT_MOST} days at most.` };
  return null;
}

/** Where versions of an override are counted: `portfolio/instrument`, or `portfolio/measure-of` what it applies to. */
export const overrideScope = (portfolioId: string, { measure, appliesTo, subject }: OverrideTarget) =>
  subject === null
    ? { scope: 'measure' as const, scopeId: `${portfolioId}/${measure}-${appliesTo}` }
    : { scope: 'instrument' as const, scopeId: `${portfolioId}/${subject}` };

/** What an override is on, read back from where its versions are counted. */
export function overrideTarget(row: { scope: string; scopeId: string }): OverrideTarget {
  const name = row.scopeId.slice(row.scopeId.indexOf('/') + 1);
  if (row.scope === 'instrument') return { measure: 'position', appliesTo: 'portfolio', subject: name };
  const [measure, appliesTo] = name.split('-');
  return {
    measure: MEASURES.find((one) => one === measure) ?? 'drawdown',
    appliesTo: appliesTo === 'strategy' ? 'strategy' : 'portfolio',
    subject: null,
  };
}

/** What an override is on, as people say it: an instrument, or "Drawdown of a strategy". */
export function overrideName(row: { scope: string; scopeId: string }): string {
  const target = overrideTarget(row);
  return target.subject ?? limitName(target);
}

/** The sets with one limit put before those of the portfolio's own. */
export const withLimit = (sets: readonly LimitSet[], portfolioId: string, limit: Limit): LimitSet[] =>
  sets.map((set) =>
    set.level.kind === 'portfolio' && set.level.id === portfolioId ? { ...set, limits: [limit, ...set.limits] } : set,
  );
