import { Decimal, ONE } from '../kernel/decimal';

export const MEASURES = ['drawdown', 'dailyLoss', 'position', 'correlation', 'cash', 'winRate'] as const;
export type Measure = (typeof MEASURES)[number];
export type Direction = 'ceiling' | 'floor';
export type ScopeKind = 'firm' | 'portfolio' | 'strategy';
export type Priority = 'medium' | 'high' | 'critical';

/** What a limit is put on; `id` is the portfolio's or strategy's, and null for the firm. */
export type Scope = { kind: ScopeKind; id: string | null };

/**
 * One limit. `hard`, `soft` and `recovery` are fractions (0.10 is 10 %); a correlation is its coefficient.
 *
 * `subject` narrows it to one instrument. An override counts from `startsAt` to `expiresAt`: one that two people approved
 * stands `instead` of what it overrides; one that only tightens stands `beside` it, so that it never lets more through.
 * A ceiling is breached above `hard` and recovers at or under `recovery`; a floor is the mirror.
 */
export type Limit = {
  measure: Measure;
  appliesTo: ScopeKind;
  direction: Direction;
  hard: Decimal;
  soft: Decimal;
  recovery: Decimal;
  subject: string | null;
  expiresAt: Date | null;
  startsAt?: Date | null;
  override?: 'instead' | 'beside';
};

/** A versioned set of limits of one level; in force from `effectiveFrom` until a later version is. */
export type LimitSet = { id: string; level: Scope; version: number; effectiveFrom: Date; limits: Limit[] };

export const MEASURE_LABEL: Record<Measure, string> = {
  drawdown: 'Drawdown',
  dailyLoss: 'Daily loss',
  position: 'Single position',
  correlation: 'Correlation',
  cash: 'Minimum cash',
  winRate: 'Win rate',
};

export const DIRECTION: Record<Measure, Direction> = {
  drawdown: 'ceiling',
  dailyLoss: 'ceiling',
  position: 'ceiling',
  correlation: 'ceiling',
  cash: 'floor',
  winRate: 'floor',
};

/** Priority of the action on a breach; fixed per measure, and never falls while the episode is open. */
export const PRIORITY: Record<Measure, Priority> = {
  drawdown: 'high',
  dailyLoss: 'critical',
  position: 'medium',
  correlation: 'medium',
  cash: 'high',
  winRate: 'medium',
};

const SOFT_SHARE = new Decimal('0.8');
/** Utilisation at which an open episode may clear; position and cash clear at the limit itself. */
const RECOVERY: Record<Measure, (hard: Decimal) => Decimal> = {
  drawdown: (hard) => hard.mul('0.9'),
  dailyLoss: (hard) => hard.mul('0.9'),
  position: (hard) => hard,
  cash: (hard) => hard,
  correlation: (hard) => hard.minus('0.05'),
  winRate: (hard) => hard.mul('1.1'),
};

/** A limit with the tiers that follow from its hard value: soft at 80 % utilisation, recovery per measure. */
export function limitOf(
  measure: Measure,
  appliesTo: ScopeKind,
  hard: Decimal | string | number,
  extra: { subject?: string; expiresAt?: Date } = {},
): Limit {
  const value = new Decimal(hard);
  const direction = DIRECTION[measure];
  return {
    measure,
    appliesTo,
    direction,
    hard: value,
    soft: direction === 'ceiling' ? value.mul(SOFT_SHARE) : value.div(SOFT_SHARE),
    recovery: RECOVERY[measure](value),
    subject: extra.subject ?? null,
    expiresAt: extra.expiresAt ?? null,
  };
}

/** The limits every portfolio starts with. */
export const DEFAULT_LIMITS: readonly Limit[] = [
  limitOf('drawdown', 'portfolio', '0.10'),
  limitOf('dailyLoss', 'portfolio', '0.05'),
  limitOf('position', 'portfolio', '0.05'),
  limitOf('correlation', 'portfolio', '0.70'),
  limitOf('cash', 'portfolio', '0.10'),
  limitOf('drawdown', 'strategy', '0.15'),
  limitOf('winRate', 'strategy', '0.30'),
];

/** The most a measure can be: where twice the limit is out of reach, severity goes by room used. */
export const MAXIMUM: Partial<Record<Measure, Decimal>> = { drawdown: ONE, dailyLoss: ONE, correlation: ONE };
