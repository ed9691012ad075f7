import { MEASURE_LABEL, type Measure } from '../limit-definition';
import { maxAgeMs } from '../unknown';
import { changeKind, type EditKind } from './limit-change';

/** Measures whose breach is confirmed by samples: n of the last m. */
export const CONFIRMED_MEASURES = ['drawdown', 'dailyLoss', 'position', 'cash'] as const satisfies readonly Measure[];
export type ConfirmedMeasure = (typeof CONFIRMED_MEASURES)[number];
/** As many samples as a confirmation may look at. */
export const SAMPLES_AT_MOST = 10;
/** The oldest that data may be allowed to be. */
export const MAX_AGE_AT_MOST_MS = 3_600_000;

/** How many samples confirm a breach: 2 of 3 unless it is set apart. */
export type Count = { needed: number; of: number };
export const DEFAULT_COUNT: Count = { needed: 2, of: 3 };

/** The rules of a limit set beside its limits; what is left out is the default. `maxAgeMs` is in session. */
export type LimitRules = { maxAgeMs?: number; confirmation?: Partial<Record<ConfirmedMeasure, Count>> };

/** What is asked for: null takes the default again. */
export type RulesEdit = { maxAgeMs?: number | null; confirmation?: Partial<Record<ConfirmedMeasure, Count | null>> };

export const countOf = ({ confirmation }: LimitRules, measure: ConfirmedMeasure): Count =>
  confirmation?.[measure] ?? DEFAULT_COUNT;

/** The oldest a sample may be under these rules, for a portfolio that reports at an interval. */
export const maxAgeOf = (rules: LimitRules, intervalMs: number): number => rules.maxAgeMs ?? maxAgeMs(intervalMs);

const isDefault = ({ needed, of }: Count): boolean => needed === DEFAULT_COUNT.needed && of === DEFAULT_COUNT.of;

/** The rules with an edit; what is as the default says is left out, so that a set without rules of its own has none. */
export function withRules(rules: LimitRules, edit: RulesEdit, intervalMs: number): LimitRules {
  const age = edit.maxAgeMs === undefined ? rules.maxAgeMs : (edit.maxAgeMs ?? undefined);
  const counts = CONFIRMED_MEASURES.flatMap((measure) => {
    const asked = edit.confirmation?.[measure];
    const count = asked === undefined ? rules.confirmation?.[measure] : asked;
    return count && !isDefault(count) ? [[measure, count] as const] : [];
  });
  return {
    ...(age !== undefined && age !== maxAgeMs(intervalMs) ? { maxAgeMs: age } : {}),
    ...(counts.length > 0 ? { confirmation: Object.fromEntries(counts) } : {}),
  };
}

/**
 * Which way a count moves: fewer samples needed, of no fewer looked at, confirms at least as soon. One that needs fewer of
 * fewer is not surely tighter, and so it is looser.
 */
export function countKind(before: Count, after: Count): EditKind {
  if (before.needed === after.needed && before.of === after.of) return 'same';
  return after.needed <= before.needed && after.of >= before.of ? 'tighter' : 'looser';
}

/** Which way rules move: data that are unknown sooner, and a breach that is confirmed sooner, are tighter. */
export function rulesKind(before: LimitRules, after: LimitRules, intervalMs: number): EditKind {
  const [was, is] = [maxAgeOf(before, intervalMs), maxAgeOf(after, intervalMs)];
  const age: EditKind = was === is ? 'same' : is < was ? 'tighter' : 'looser';
  const counts = CONFIRMED_MEASURES.map((one) => countKind(countOf(before, one), countOf(after, one)));
  return changeKind([age, ...counts]);
}

/** What is wrong with rules, in words; null where nothing is. */
export function rulesFault(rules: LimitRules, intervalMs: number): string | null {
  const least = Math.max(10_000, 2 * intervalMs);
  const age = rules.maxAgeMs;
  if (age !== undefined && (!Number.isInteger(age) || age < least || age > MAX_AGE_AT_MOST_MS)) {
    return `Data may be ${least / 1000} s to ${MAX_AGE_AT_MOST_MS / 1000} s old: two intervals of snapshots, and 10 s at least.`;
  }
  for (const measure of CONFIRMED_MEASURES) {
    const { needed, of } = countOf(rules, measure);
    const isCount = Number.isInteger(needed) && Number.isInteger(of) && needed >= 1 && of >= needed;
    if (!isCount || of > SAMPLES_AT_MOST)
      return `${MEASURE_LABEL[measure]}: confirmed by 1 or more of as many samples or more, ${SAMPLES_AT_MOST} at most.`;
  }
  return null;
}

/** Rules as a version lists them. */
export function rulesLines({ maxAgeMs: age, confirmation }: LimitRules): string[] {
  const counts = CONFIRMED_MEASURES.flatMap((measure) => {
    const count = confirmation?.[measure];
    return count ? [`${MEASURE_LABEL[measure]} confirmed by ${count.needed} of ${count.of}`] : [];
  });
  return age === undefined ? counts : [...counts, `Data unknown after ${age / 1000} s`];
}
