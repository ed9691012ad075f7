import {
  DEFAULT_REPLAY_LIMITS,
  REPLAY_LIMITS,
  type ReplayLimitName,
  type ReplayLimits,
  replayLimitsOf,
} from '@/server/risk/replay/replay-limits';

/** A limit set as it is typed: per cent, but a correlation is its coefficient. */
export type TypedLimits = Record<ReplayLimitName, string>;

export const LIMIT_WORDS: Record<ReplayLimitName, string> = {
  drawdown: 'Drawdown',
  dailyLoss: 'Daily loss',
  position: 'Single position',
  correlation: 'Correlation',
  cash: 'Minimum cash',
};

export const isCoefficient = (name: ReplayLimitName): boolean => name === 'correlation';

export const typedDefaults = (): TypedLimits =>
  Object.fromEntries(
    REPLAY_LIMITS.map((name) => [
      name,
      isCoefficient(name) ? DEFAULT_REPLAY_LIMITS[name].toString() : DEFAULT_REPLAY_LIMITS[name].mul(100).toString(),
    ]),
  ) as TypedLimits;

/** The limits that were typed, or what is wrong with each of them. */
export function limitsFromTyped(typed: TypedLimits): { limits: ReplayLimits } | { problems: Partial<TypedLimits> } {
  const problems: Partial<TypedLimits> = {};
  const fractions: Partial<Record<ReplayLimitName, string>> = {};
  for (const name of REPLAY_LIMITS) {
    const text = typed[name].trim();
    const most = isCoefficient(name) ? 1 : 100;
    if (!/^\d{1,3}(\.\d{1,8})?$/.test(text))
      problems[name] = isCoefficient(name) ? 'A number such as 0.70.' : 'A number of per cent, such as 10.';
    else if (Number(text) > most) problems[name] = `At most ${most}.`;
    else if (Number(text) === 0 && name !== 'cash') problems[name] = 'It must be above 0.';
    else fractions[name] = isCoefficient(name) ? text : shiftedByTwo(text);
  }
  return Object.keys(problems).length > 0 ? { problems } : { limits: replayLimitsOf(fractions) };
}

/** A hundredth of a decimal text, in text: 5.1 is 0.051 and not 0.050999999. */
function shiftedByTwo(text: string): string {
  const [whole = '0', decimals = ''] = text.split('.');
  const padded = whole.padStart(3, '0');
  return `${padded.slice(0, -2)}.${padded.slice(-2)}${decimals}`;
}
