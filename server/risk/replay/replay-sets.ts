import { z } from 'zod';
import { type Limit, type LimitSet, limitOf, type ScopeKind } from '../limit-definition';
import { limitFor, ownSet } from '../limits';
import { REPLAY_LIMITS, type ReplayLimitName } from './replay-limits';

/**
 * Hard limits as text decimals, fractions; `instruments` are position limits of single ones, `until` the instant at which each
 * that is temporary ends.
 */
export const ReplayLimitTexts = z.object({
  drawdown: z.string(),
  dailyLoss: z.string(),
  position: z.string(),
  correlation: z.string(),
  cash: z.string(),
  instruments: z.record(z.string(), z.string()),
  until: z.record(z.string(), z.string()),
}) satisfies z.ZodType<Record<ReplayLimitName, string>>;
export type ReplayLimitTexts = z.infer<typeof ReplayLimitTexts>;

/** The whole limits of a portfolio as they are, were or would be under one version: what a replay can begin with. */
export const ReplaySet = z.object({
  /** `in-force`, or the id of the version. */
  id: z.string(),
  name: z.string(),
  /** By strategy id; the portfolio's own under the empty text. */
  limits: z.record(z.string(), ReplayLimitTexts),
});
export type ReplaySet = z.infer<typeof ReplaySet>;

/** One version of the limits of a level; an override is one of `instrument` or `measure`. */
export type ReplayVersion = {
  scope: ScopeKind | 'instrument' | 'measure';
  scopeId: string;
  version: number;
  limits: Limit[];
};

/**
 * The sets of all levels as they would stand with one version put in: in place of the set of its level, with the overrides
 * of the portfolio kept; an override before those there are.
 */
export function withVersion(sets: readonly LimitSet[], portfolioId: string, put: ReplayVersion): LimitSet[] {
  const own = ownSet(sets, portfolioId);
  const isOfLevel = (set: LimitSet) => set.level.kind === put.scope && (set.level.id ?? '') === put.scopeId;
  if (put.scope === 'instrument' || put.scope === 'measure')
    return sets.map((set) => (set === own ? { ...set, limits: [...put.limits, ...set.limits] } : set));
  const kept =
    put.scope === 'portfolio' ? (own?.limits ?? []).filter((limit) => limit.subject !== null || limit.override) : [];
  const level = { kind: put.scope, id: put.scopeId || null };
  const placed = { id: '', level, version: put.version, effectiveFrom: new Date(0), limits: [...put.limits, ...kept] };
  return [...sets.filter((set) => !isOfLevel(set)), placed];
}

/**
 * The hard limits that count for a history: of the portfolio, or of one strategy, whose own limits stand before those of
 * the portfolio. What nobody limited is let through: 1 for a ceiling, 0 for the floor.
 */
export function replayTextsOf(sets: readonly LimitSet[], strategyId: string | null, at: Date): ReplayLimitTexts {
  const found = (measure: ReplayLimitName, subject: string | null = null) => {
    const own = strategyId && {
      measure,
      appliesTo: 'strategy' as const,
      subject,
      scope: { kind: 'strategy' as const, id: strategyId },
    };
    return (own && limitFor(sets, own, at)) || limitFor(sets, { measure, appliesTo: 'portfolio', subject }, at);
  };
  const hardOf = (measure: ReplayLimitName) =>
    (found(measure) ?? limitOf(measure, 'portfolio', measure === 'cash' ? '0' : '1')).hard.toFixed();
  const general = Object.fromEntries(REPLAY_LIMITS.map((measure) => [measure, hardOf(measure)])) as Record<
    ReplayLimitName,
    string
  >;
  const named = new Set(
    sets.flatMap(({ limits }) => limits.flatMap((one) => (one.measure === 'position' && one.subject) || [])),
  );
  const own = Array.from(named, (subject) => [subject, found('position', subject)] as const).filter(
    (one): one is [string, Limit] => one[1] !== null && one[1].hard.toFixed() !== general.position,
  );
  return {
    ...general,
    instruments: Object.fromEntries(own.map(([subject, { hard }]) => [subject, hard.toFixed()])),
    until: Object.fromEntries(
      own.flatMap(([subject, { expiresAt }]) => (expiresAt ? [[subject, expiresAt.toISOString()]] : [])),
    ),
  };
}
