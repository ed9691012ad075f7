import {
  DEFAULT_REPLAY_LIMITS,
  REPLAY_LIMITS,
  type ReplayLimitName,
  type ReplayLimits,
  replayLimitsOf,
} from '@/server/risk/replay/replay-limits';
import type { ReplayLimitTexts, ReplaySet } from '@/server/risk/replay/replay-sets';

/** A limit set as it is typed: per cent, but a correlation is its coefficient. */
export type TypedLimits = Record<ReplayLimitName, string> & {
  /** Position limits of single instruments, per cent; emptied, the general one holds. */
  instruments: Record<string, string>;
  /** When each that is temporary ends; gone once it was typed over. */
  until: Record<string, string>;
};

/** What is wrong with each field; of an instrument under its name. */
export type Problems = Partial<Record<ReplayLimitName, string>> & { instruments?: Record<string, string> };

/** A limit set in the form: a version of the product by its id, `defaults`, or `own` with what was typed. */
export type ChosenSet = { source: string; typed: TypedLimits };

export const LIMIT_WORDS: Record<ReplayLimitName, string> = {
  drawdown: 'Drawdown',
  dailyLoss: 'Daily loss',
  position: 'Single position',
  correlation: 'Correlation',
  cash: 'Minimum cash',
};

export const isCoefficient = (name: ReplayLimitName): boolean => name === 'correlation';

export const typedDefaults = (): TypedLimits => ({
  ...typedOf((name) => DEFAULT_REPLAY_LIMITS[name].toFixed()),
  instruments: {},
  until: {},
});

/** The limit of one instrument typed over: it then has no end any more. */
export function typedOver({ instruments, until }: TypedLimits, name: string, text: string): Partial<TypedLimits> {
  const { [name]: _, ...others } = until;
  return { instruments: { ...instruments, [name]: text }, until: others };
}

const typedOf = (hardOf: (name: ReplayLimitName) => string) =>
  Object.fromEntries(
    REPLAY_LIMITS.map((name) => [name, isCoefficient(name) ? hardOf(name) : inPercent(hardOf(name))]),
  ) as Record<ReplayLimitName, string>;

/** A version of the product's limits as it would be typed. */
export const typedTexts = (texts: ReplayLimitTexts): TypedLimits => ({
  ...typedOf((name) => texts[name]),
  instruments: Object.fromEntries(Object.entries(texts.instruments).map(([name, hard]) => [name, inPercent(hard)])),
  until: texts.until,
});

/**
 * What stands in the fields: the chosen version for a history of this strategy (empty: of the portfolio), or what was
 * typed. A version that is no longer there leaves what it last was.
 */
export function typedIn({ source, typed }: ChosenSet, sets: readonly ReplaySet[], strategyId: string): TypedLimits {
  if (source === 'own') return typed;
  if (source === 'defaults') return typedDefaults();
  const limits = sets.find((set) => set.id === source)?.limits;
  const texts = limits?.[strategyId] ?? limits?.[''];
  return texts ? typedTexts(texts) : typed;
}

/** The limits that were typed, or what is wrong with each of them. */
export function limitsFromTyped(typed: TypedLimits): { limits: ReplayLimits } | { problems: Problems } {
  const problems: Problems = {};
  const fractions: Record<string, unknown> = {};
  for (const name of REPLAY_LIMITS) {
    const text = typed[name].trim();
    const problem = problemOf(text, isCoefficient(name), name === 'cash');
    if (problem) problems[name] = problem;
    else fractions[name] = isCoefficient(name) ? text : shiftedByTwo(text);
  }
  const instruments = Object.entries(typed.instruments).filter(([, text]) => text.trim() !== '');
  const wrong = instruments.flatMap(([name, text]) => {
    const problem = problemOf(text.trim(), false, false);
    return problem ? [[name, problem] as const] : [];
  });
  if (wrong.length > 0) problems.instruments = Object.fromEntries(wrong);
  if (Object.keys(problems).length > 0) return { problems };
  const own = instruments.map(([name, text]) => [name, shiftedByTwo(text.trim())]);
  return { limits: replayLimitsOf({ ...fractions, instruments: Object.fromEntries(own) }) };
}

function problemOf(text: string, coefficient: boolean, mayBeZero: boolean): string | null {
  const most = coefficient ? 1 : 100;
  if (!/^\d{1,3}(\.\d{1,10})?$/.test(text))
    return coefficient ? 'A number such as 0.70.' : 'A number of per cent, such as 10.';
  if (Number(text) > most) return `At most ${most}.`;
  return Number(text) === 0 && !mayBeZero ? 'It must be above 0.' : null;
}

/** A hundredth of a decimal text, in text: 5.1 is 0.051 and not 0.050999999. */
function shiftedByTwo(text: string): string {
  const [whole = '0', decimals = ''] = text.split('.');
  const padded = whole.padStart(3, '0');
  return `${padded.slice(0, -2)}.${padded.slice(-2)}${decimals}`;
}

/** A hundred times a decimal text, in text: 0.051 is 5.1. */
function inPercent(fraction: string): string {
  const [whole = '0', decimals = ''] = fraction.split('.');
  const padded = decimals.padEnd(2, '0');
  const rest = padded.slice(2).replace(/0+$/, '');
  return `${Number(`${whole}${padded.slice(0, 2)}`)}${rest && `.${rest}`}`;
}
