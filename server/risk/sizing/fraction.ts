import { parseDecimal } from '../../kernel/decimal';

/** What is wrong with a fraction as it was given, null where it is one: per cent is refused rather than guessed at. */
export function fractionProblem(raw: string | number): string | null {
  const value = parseDecimal(raw);
  if (value?.gte(0) && value.lte(1)) return null;
  const isPercent = (typeof raw === 'string' && raw.includes('%')) || (value?.gt(1) ?? false);
  const hint = isPercent && value?.lte(100) ? ` ${value} % is written ${value.div(100)}.` : ' 55 % is written 0.55.';
  return `${raw} is not a fraction between 0 and 1.${hint}`;
}
