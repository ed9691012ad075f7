import { Decimal } from '../../kernel/decimal';
import { DomainError } from '../../kernel/errors';

export const REPLAY_LIMITS = ['drawdown', 'dailyLoss', 'position', 'correlation', 'cash'] as const;
export type ReplayLimitName = (typeof REPLAY_LIMITS)[number];
/** Hard limits as fractions: 0.10 is 10 %. `cash` is a floor, the others are ceilings. */
export type ReplayLimits = Record<ReplayLimitName, Decimal> & {
  /** Position limits of single instruments, each in place of `position` for its own. */
  instruments?: ReadonlyMap<string, Decimal>;
};

export const DEFAULT_REPLAY_LIMITS: ReplayLimits = {
  drawdown: new Decimal('0.10'),
  dailyLoss: new Decimal('0.05'),
  position: new Decimal('0.05'),
  correlation: new Decimal('0.70'),
  cash: new Decimal('0.10'),
};

/**
 * Limits from a parsed JSON document such as `{"drawdown": 0.1, "dailyLoss": "0.05", "instruments": {"SPY": 0.9}}`; what is
 * left out keeps its default. A per cent where a fraction is meant, an unknown name or a number that is none is refused, never computed with.
 */
export function replayLimitsOf(document: unknown): ReplayLimits {
  if (!isRecord(document)) {
    throw refused('A limit set is an object such as {"drawdown": 0.1, "dailyLoss": 0.05}.');
  }
  const { instruments, ...general } = document;
  const limits = { ...DEFAULT_REPLAY_LIMITS };
  for (const [name, value] of Object.entries(general)) {
    const known = REPLAY_LIMITS.find((candidate) => candidate === name);
    if (!known) throw refused(`'${name.slice(0, 40)}' is no limit. Known: ${REPLAY_LIMITS.join(', ')}, instruments.`);
    limits[known] = fractionOf(name, value, known === 'cash');
  }
  if (instruments === undefined) return limits;
  if (!isRecord(instruments))
    throw refused('instruments is an object of position limits by name, such as {"SPY": 0.9}.');
  const own = Object.entries(instruments).map(
    ([name, value]) => [name, fractionOf(`instruments.${name.slice(0, 40)}`, value, false)] as const,
  );
  return own.length === 0 ? limits : { ...limits, instruments: new Map(own) };
}

const refused = (message: string) => new DomainError('INVALID_LIMITS', message, { kind: 'invalid' });

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function fractionOf(name: string, value: unknown, mayBeZero: boolean): Decimal {
  const isNumber =
    (typeof value === 'number' || typeof value === 'string') && value !== '' && Number.isFinite(Number(value));
  if (!isNumber) throw refused(`${name} must be a number, a fraction such as 0.1 for 10 %.`);
  const fraction = new Decimal(value);
  if (fraction.gt(1))
    throw refused(`${name} is ${fraction}: limits are fractions. Write ${fraction.div(100)} for ${fraction} %.`);
  if (fraction.lt(0) || (fraction.isZero() && !mayBeZero))
    throw refused(`${name} is ${fraction}; it must be above zero.`);
  return fraction;
}
