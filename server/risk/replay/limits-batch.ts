import { Decimal } from '../../kernel/decimal';
import { fraction } from '../equity-curve';
import type { Limit } from '../limit-definition';
import { lossOf, winRate } from '../measures';
import { exceeds } from '../utilisation';

/** Limits of many at once; one that nobody set is null. */
export type BatchLimits = {
  drawdown: Limit | null;
  dailyLoss: Limit | null;
  position: Limit | null;
  cash: Limit | null;
  winRate: Limit | null;
};

/**
 * Many strategies (or portfolios) side by side. `values` are unit values by day, one row of `days` each, oldest first;
 * `gross` is the largest position and `cash` the cash measure, both in the money of `equity`; trades are the last closed.
 */
export type BatchInput = {
  days: number;
  values: Float64Array;
  equity: Float64Array;
  gross: Float64Array;
  cash: Float64Array;
  closed: Int32Array;
  wins: Int32Array;
};

export const BATCH_MEASURES = ['drawdown', 'dailyLoss', 'position', 'cash', 'winRate'] as const;
export const BATCH_STATES = ['unset', 'within', 'soft', 'breach', 'unknown'] as const;

/** `state` holds `BATCH_STATES` by number, five to a row in the order of `BATCH_MEASURES`; NaN is unknown. */
export type BatchVerdicts = { drawdown: Float64Array; volatility: Float64Array; state: Uint8Array };

const VOLATILITY_DAYS = 30;
const MEASURES = BATCH_MEASURES.length;
const UNKNOWN = 4;
/** Fractions are decided at 12 places; floats err by far less than this, so outside of it they decide alike. */
const NEAR = 1e-11;

/**
 * Drawdown from the high-water mark, volatility (sample deviation of the last 30 simple returns, not annualised) and the
 * state of every limit for each row, in one pass over its days.
 *
 * Floats decide what is plainly on one side of a threshold, decimals the rest, so that the states are those that
 * `verdictOf` gives row by row. Statistics over long series: Float64Array in and out.
 */
export function checkBatch(input: BatchInput, limits: BatchLimits): BatchVerdicts {
  const { days, values, equity, gross, cash, closed, wins } = input;
  const count = equity.length;
  const result: BatchVerdicts = {
    drawdown: new Float64Array(count),
    volatility: new Float64Array(count),
    state: new Uint8Array(count * MEASURES),
  };
  const [drawdown, loss, position, reserve, rate] = [
    thresholdOf(limits.drawdown),
    thresholdOf(limits.dailyLoss),
    thresholdOf(limits.position),
    thresholdOf(limits.cash),
    thresholdOf(limits.winRate),
  ];
  const { state } = result;
  for (let i = 0; i < count; i += 1) {
    const start = i * days;
    const mark = highest(values, start, start + days);
    const last = values[start + days - 1] as number;
    const before = values[start + days - 2] as number;
    const own = equity[i] as number;
    const at = i * MEASURES;
    const fall = mark > 0 ? Math.max(0, 1 - last / mark) : Number.NaN;
    result.drawdown[i] = fall;
    result.volatility[i] = deviation(values, start, days);
    state[at] = stateOf(drawdown, fall, () => fraction(Decimal.max(0, ONE.minus(new Decimal(last).div(mark)))));
    const lost = before > 0 ? Math.max(0, (before - last) / before) : Number.NaN;
    state[at + 1] = stateOf(loss, lost, () => exactLoss(before, last));
    state[at + 2] = stateOf(position, own > 0 ? (gross[i] as number) / own : Number.NaN, () =>
      fraction(new Decimal(gross[i] as number).div(own)),
    );
    state[at + 3] = stateOf(reserve, own > 0 ? (cash[i] as number) / own : Number.NaN, () =>
      fraction(new Decimal(cash[i] as number).div(own)),
    );
    state[at + 4] = rate ? winRateState(rate, closed[i] as number, wins[i] as number) : 0;
  }
  return result;
}

const ONE = new Decimal(1);

type Threshold = { limit: Limit; hard: number; soft: number; sign: 1 | -1 };

const thresholdOf = (limit: Limit | null): Threshold | null =>
  limit && {
    limit,
    hard: limit.hard.toNumber(),
    soft: limit.soft.toNumber(),
    sign: limit.direction === 'ceiling' ? 1 : -1,
  };

/** Over the hard limit, over the soft tier, or within; decimals are asked only next to one of the two. */
function stateOf(threshold: Threshold | null, value: number, exact: () => Decimal): number {
  if (!threshold) return 0;
  const overHard = (value - threshold.hard) * threshold.sign;
  const overSoft = (value - threshold.soft) * threshold.sign;
  if (overHard > NEAR) return 3;
  if (overHard < -NEAR && overSoft > NEAR) return 2;
  if (overHard < -NEAR && overSoft < -NEAR) return 1;
  return Number.isFinite(value) ? exactState(threshold.limit, exact()) : UNKNOWN;
}

function exactState({ direction, hard, soft }: Limit, value: Decimal): number {
  if (exceeds(direction, value, hard)) return 3;
  return exceeds(direction, value, soft) ? 2 : 1;
}

function exactLoss(before: number, last: number): Decimal {
  const nothing = new Decimal(0);
  const window = { startEquity: new Decimal(before), estimated: false, netFlow: nothing, withdrawals: nothing };
  const loss = lossOf(new Decimal(last), window);
  return loss.kind === 'value' ? loss.value : nothing;
}

function winRateState(threshold: Threshold, closed: number, wins: number): number {
  if (closed < 30) return UNKNOWN;
  return stateOf(threshold, wins / closed, () => {
    const rate = winRate({ total: closed, wins });
    return rate.kind === 'value' ? rate.value : new Decimal(0);
  });
}

/** The highest of a row; NaN where one of its values is missing, since a maximum over gaps is none. */
function highest(values: Float64Array, from: number, to: number): number {
  let a = values[from] as number;
  let b = a;
  let sum = 0;
  let i = from;
  for (; i + 1 < to; i += 2) {
    const left = values[i] as number;
    const right = values[i + 1] as number;
    if (left > a) a = left;
    if (right > b) b = right;
    sum += left + right;
  }
  if (i < to) {
    const left = values[i] as number;
    if (left > a) a = left;
    sum += left;
  }
  return Number.isNaN(sum) ? Number.NaN : Math.max(a, b);
}

/** Two passes over thirty returns; NaN where there are fewer, or one of them has nothing to count from. */
function deviation(values: Float64Array, start: number, days: number): number {
  if (days <= VOLATILITY_DAYS) return Number.NaN;
  const first = start + days - VOLATILITY_DAYS;
  const returns = SCRATCH;
  let sum = 0;
  for (let i = 0; i < VOLATILITY_DAYS; i += 1) {
    const before = values[first + i - 1] as number;
    const change = before > 0 ? (values[first + i] as number) / before - 1 : Number.NaN;
    returns[i] = change;
    sum += change;
  }
  const mean = sum / VOLATILITY_DAYS;
  let squares = 0;
  for (let i = 0; i < VOLATILITY_DAYS; i += 1) {
    const apart = (returns[i] as number) - mean;
    squares += apart * apart;
  }
  return Math.sqrt(squares / (VOLATILITY_DAYS - 1));
}

const SCRATCH = new Float64Array(VOLATILITY_DAYS);
