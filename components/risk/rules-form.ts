import {
  CONFIRMED_MEASURES,
  type ConfirmedMeasure,
  type Count,
  type RulesEdit,
} from '@/server/risk/limit-sets/limit-rules';

export type Counts = Record<ConfirmedMeasure, Count>;
export type CountTexts = Record<ConfirmedMeasure, string>;

const textOf = ({ needed, of }: Count): string => `${needed} of ${of}`;

/** Counts as a form holds them: "2 of 3". */
export const countTexts = (counts: Counts): CountTexts =>
  Object.fromEntries(CONFIRMED_MEASURES.map((one) => [one, textOf(counts[one])])) as CountTexts;

/** What a form changes of the rules; undefined where nothing, null where something is no number. */
export function rulesFrom(
  form: { age: string; counts: CountTexts },
  now: { maxAgeMs: number; counts: Counts },
): RulesEdit | null | undefined {
  const age = /^\s*(\d{1,4})\s*(s|seconds)?\s*$/.exec(form.age);
  if (!age) return null;
  const maxAgeMs = Number(age[1]) * 1_000;
  const confirmation: Partial<Record<ConfirmedMeasure, Count>> = {};
  for (const one of CONFIRMED_MEASURES) {
    const found = /^\s*(\d{1,2})\s*(?:of|\/)\s*(\d{1,2})\s*$/.exec(form.counts[one]);
    if (!found) return null;
    const count = { needed: Number(found[1]), of: Number(found[2]) };
    if (textOf(count) !== textOf(now.counts[one])) confirmation[one] = count;
  }
  const isAgeMoved = maxAgeMs !== now.maxAgeMs;
  if (!isAgeMoved && Object.keys(confirmation).length === 0) return undefined;
  return { ...(isAgeMoved ? { maxAgeMs } : {}), confirmation };
}
