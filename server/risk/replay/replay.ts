import { Decimal } from '../../kernel/decimal';
import { DomainError } from '../../kernel/errors';
import { rollingWorst } from '../correlation/rolling-correlation';
import { decide, decided, NEAR } from './replay-decision';
import type { ReplayCurve, ReplayHistory, ReplayHoldings } from './replay-history';
import type { ReplayLimitName, ReplayLimits } from './replay-limits';
import { alignedReturns } from './replay-returns';

export type ReplayEpisode = {
  /** First and last day beyond the limit, UTC midnight in epoch milliseconds. */
  from: number;
  to: number;
  days: number;
  /** The value furthest beyond, and its day; for correlation and position `subject` names whose. */
  worst: number;
  worstAt: number;
  subject: string | null;
};

export type ReplayBreaches = {
  daysInBreach: number;
  /** Closes on which the history tells the value; on the others it is unknown. */
  daysKnown: number;
  episodes: ReplayEpisode[];
};

export type Replay = {
  limits: ReplayLimits;
  first: number;
  last: number;
  /** Daily closes in the history. */
  days: number;
  /** Null where the history cannot tell. */
  breaches: Record<ReplayLimitName, ReplayBreaches | null>;
};

type Sample = {
  day: number;
  value: number;
  isBeyond: boolean;
  subject: string | null;
  /** How far along its own limit; left out where one limit holds for all, and the value says it. */
  weight?: number;
};

/**
 * Runs hard limits over a daily history: maximal runs of closes strictly beyond each, recovery at the limit itself,
 * without confirmation. Exactly at a limit is no breach, decided in decimals; a gain never breaches the daily loss.
 * Null breaches where the history has no such data: positions need holdings, cash a day that states it, correlation 60 common
 * days of two strategies.
 */
export function replay(history: ReplayHistory, limits: ReplayLimits): Replay {
  const days = history.curve?.day ?? history.holdings?.day ?? new Float64Array(0);
  if (days.length === 0)
    throw new DomainError(
      'NO_DAILY_HISTORY',
      'The history has no daily closes to replay. Choose one with daily equity.',
      { kind: 'invalid' },
    );
  const { curve, holdings } = history;
  return {
    limits,
    first: days[0]!,
    last: days[days.length - 1]!,
    days: days.length,
    breaches: {
      drawdown: curve && runsOf(drawdownSamples(curve, limits.drawdown), curve.day.length),
      dailyLoss: curve && runsOf(dailyLossSamples(curve, limits.dailyLoss), curve.day.length - (curve.opening ? 0 : 1)),
      position: holdings && runsOf(positionSamples(holdings, limits), holdings.day.length),
      correlation: correlationBreaches(history, limits.correlation),
      cash: holdings && cashBreaches(holdings, limits.cash),
    },
  };
}

function exactAt(curve: ReplayCurve, index: number): Decimal {
  if (index < 0) return new Decimal(curve.opening!.value);
  return curve.exact?.[index] ?? new Decimal(curve.value[index]!);
}

function drawdownSamples(curve: ReplayCurve, limit: Decimal): (Sample | null)[] {
  let peakIndex = curve.opening ? -1 : 0;
  let peak = curve.opening?.value ?? curve.value[0]!;
  const bound = limit.toNumber();
  const samples: (Sample | null)[] = [];
  for (let i = 0; i < curve.value.length; i += 1) {
    if (curve.value[i]! > peak) {
      peak = curve.value[i]!;
      peakIndex = i;
    }
    // Never above zero: there is no mark to fall from, and the account is blown up.
    if (peak <= 0) samples.push({ day: curve.day[i]!, value: 1, isBeyond: true, subject: null });
    else samples.push(fallSample(curve, peakIndex, i, limit, bound));
  }
  return samples;
}

function dailyLossSamples(curve: ReplayCurve, limit: Decimal): (Sample | null)[] {
  const bound = limit.toNumber();
  const samples: (Sample | null)[] = [];
  for (let i = curve.opening ? 0 : 1; i < curve.value.length; i += 1) {
    const before = i === 0 ? curve.opening!.value : curve.value[i - 1]!;
    if (before <= 0) samples.push({ day: curve.day[i]!, value: 1, isBeyond: true, subject: null });
    else samples.push(fallSample(curve, i - 1, i, limit, bound));
  }
  return samples;
}

/** The fall from one close to another as a magnitude, a rise being one of 0; null where it is plainly within. */
function fallSample(curve: ReplayCurve, from: number, to: number, limit: Decimal, bound: number): Sample | null {
  const start = from < 0 ? curve.opening!.value : curve.value[from]!;
  const value = Math.max(0, (start - curve.value[to]!) / start);
  if (value < bound - NEAR) return null;
  const isBeyond = decide(value, limit, () => {
    const base = exactAt(curve, from);
    return base.minus(exactAt(curve, to)).div(base);
  });
  return { day: curve.day[to]!, value, isBeyond, subject: null };
}

/** The position furthest along its limit each day: the limit of its own where it has one, else that of all. */
function positionSamples(holdings: ReplayHoldings, limits: ReplayLimits): Sample[] {
  const own = holdings.instruments.map((name) => limits.instruments?.get(name) ?? limits.position);
  const bounds = own.map((limit) => limit.toNumber());
  const grossOf = (j: number, i: number) => Math.abs(holdings.value[j]?.[i] ?? 0);
  return Array.from(holdings.day, (day, i) => {
    const equity = equityAt(holdings, i);
    if (equity.lte(0)) return { day, value: 1, isBeyond: true, subject: null, weight: Number.POSITIVE_INFINITY };
    let furthest = 0;
    for (let j = 1; j < bounds.length; j += 1) {
      if (grossOf(j, i) * bounds[furthest]! > grossOf(furthest, i) * bounds[j]!) furthest = j;
    }
    const held = grossOf(furthest, i);
    const value = held / equity.toNumber();
    const isBeyond = decide(value, own[furthest] ?? limits.position, () => new Decimal(held).div(equity));
    return { day, value, isBeyond, subject: holdings.instruments[furthest] ?? null, weight: value / bounds[furthest]! };
  });
}

/** Null where no day states its cash. */
function cashBreaches(holdings: ReplayHoldings, floor: Decimal): ReplayBreaches | null {
  const daysKnown = holdings.cash.reduce((count, cash) => count + (Number.isNaN(cash) ? 0 : 1), 0);
  return daysKnown === 0 ? null : runsOf(cashSamples(holdings, floor), daysKnown, 'lowest');
}

function cashSamples(holdings: ReplayHoldings, floor: Decimal): (Sample | null)[] {
  return Array.from(holdings.day, (day, i) => {
    if (Number.isNaN(holdings.cash[i])) return null;
    const equity = equityAt(holdings, i);
    if (equity.lte(0)) return { day, value: 0, isBeyond: true, subject: null };
    const ratio = new Decimal(holdings.cash[i]!).div(equity);
    return { day, value: ratio.toNumber(), isBeyond: decided(ratio).lt(floor), subject: null };
  });
}

function equityAt(holdings: ReplayHoldings, index: number): Decimal {
  if (holdings.equity) return new Decimal(holdings.equity[index]!);
  return holdings.value.reduce((sum, held) => sum.plus(held[index]!), new Decimal(holdings.cash[index]!));
}

/**
 * The highest correlation over the last 60 common days, for each day that has one: of a strategy with its peers, of every
 * pair where the history is a whole. Null where no pair has 60 common days yet.
 */
function correlationBreaches({ curve, peers, isWhole }: ReplayHistory, limit: Decimal): ReplayBreaches | null {
  const curves = isWhole || !curve ? peers : [curve, ...peers];
  if (!curve || curves.length < 2) return null;
  const axis = Float64Array.from(new Set(curves.flatMap((one) => Array.from(one.day)))).sort();
  const aligned = curves.map((one) => alignedReturns(one, axis));
  const worst = rollingWorst(aligned, limit, isWhole ? curves.length : 1);
  if (worst.length === 0) return null;
  const nameOf = (left: number, right: number) =>
    isWhole ? `${curves[left]!.name} / ${curves[right]!.name}` : curves[right]!.name;
  return runsOf(
    worst.map(({ day, r, left, right, isOver }) => ({
      day: axis[day]!,
      value: r,
      isBeyond: isOver,
      subject: nameOf(left, right),
    })),
    worst.length,
  );
}

function runsOf(
  samples: readonly (Sample | null)[],
  daysKnown: number,
  worstIs: 'highest' | 'lowest' = 'highest',
): ReplayBreaches {
  const episodes: ReplayEpisode[] = [];
  let daysInBreach = 0;
  let furthest = 0;
  let open: ReplayEpisode | null = null;
  for (const sample of samples) {
    if (!sample?.isBeyond) {
      open = null;
      continue;
    }
    daysInBreach += 1;
    const weight = sample.weight ?? (worstIs === 'highest' ? sample.value : -sample.value);
    if (!open) {
      open = {
        from: sample.day,
        to: sample.day,
        days: 0,
        worst: sample.value,
        worstAt: sample.day,
        subject: sample.subject,
      };
      furthest = weight;
      episodes.push(open);
    }
    open.to = sample.day;
    open.days += 1;
    if (weight > furthest) {
      furthest = weight;
      open.worst = sample.value;
      open.worstAt = sample.day;
      open.subject = sample.subject;
    }
  }
  return { daysInBreach, daysKnown, episodes };
}
