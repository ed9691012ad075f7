import { Decimal, ONE, ZERO } from '../../kernel/decimal';
import { floorToLot } from '../breaches/proposals';

/** What a strategy's trades say about its edge. `meanLoss` may be given with either sign; it is taken as a magnitude. */
export type Edge = { trades: number; winRate: Decimal; meanWin: Decimal; meanLoss: Decimal | null; source: string };

/** The instrument's realised daily volatility as a fraction, or why it is not known. */
export type Volatility =
  | { kind: 'value'; fraction: Decimal; observations: number; source: string }
  | { kind: 'unknown'; reason: string };

export type SizingPolicy = {
  /** Share of full Kelly that is taken. */
  kellyFraction: Decimal;
  maxPositionFraction: Decimal;
  targetVolatility: Decimal;
  minimumTrades: number;
};

export const SIZING_POLICY: SizingPolicy = {
  kellyFraction: new Decimal('0.25'),
  maxPositionFraction: new Decimal('0.05'),
  targetVolatility: new Decimal('0.02'),
  minimumTrades: 100,
};

/** `capital` and `available` in account currency; `unit` is multiplier x FX: price x unit is what one unit costs. */
export type SizingInput = {
  capital: Decimal;
  edge: Edge | null;
  volatility: Volatility;
  available: Decimal;
  instrument?: { price: Decimal | null; unit: Decimal | null; lot: Decimal };
  policy?: SizingPolicy;
};

export type SizingStep = 'capital' | 'full-kelly' | 'kelly' | 'cap' | 'volatility' | 'available' | 'lot';
/** One line of the trace: what was computed, from which numbers, and the amount that stands after it. */
export type TraceLine = { step: SizingStep; formula: string; share: Decimal | null; amount: Decimal; cut: boolean };
export type Binding = 'kelly' | 'cap' | 'volatility' | 'available' | 'lot';

export type CannotSize =
  | 'NO_CAPITAL'
  | 'NO_EDGE_DATA'
  | 'TOO_FEW_TRADES'
  | 'WIN_RATE_OUT_OF_RANGE'
  | 'NO_LOSING_TRADE'
  | 'NO_WINNING_TRADE'
  | 'VOLATILITY_UNKNOWN'
  | 'VOLATILITY_ZERO'
  | 'VOLATILITY_OUT_OF_RANGE'
  | 'AVAILABLE_UNKNOWN'
  | 'PRICE_UNKNOWN'
  | 'UNIT_UNKNOWN'
  | 'TRADING_HALTED'
  | 'TRADING_REDUCING'
  | 'DATA_STALE';

export type Sizing =
  | { kind: 'sized'; size: Decimal; quantity: Decimal | null; binding: Binding; trace: TraceLine[]; fullKelly: Decimal }
  | { kind: 'no-edge'; size: Decimal; trace: TraceLine[]; fullKelly: Decimal }
  | { kind: 'cannot-size'; code: CannotSize; reason: string; trace: TraceLine[] };

const percent = (value: Decimal, places = 2): string => `${value.mul(100).toFixed(places)} %`;

const isPositive = (value: Decimal | null): boolean => (value?.isFinite() && value.gt(0)) ?? false;

function refusal(input: SizingInput, policy: SizingPolicy): { code: CannotSize; reason: string } | null {
  const { capital, edge, volatility, available, instrument } = input;
  if (!capital.isFinite() || capital.lte(0)) return { code: 'NO_CAPITAL', reason: 'The strategy has no capital.' };
  if (!edge) return { code: 'NO_EDGE_DATA', reason: 'No approved backtest and no live trades say what the edge is.' };
  if (!edge.winRate.isFinite() || edge.winRate.lt(0) || edge.winRate.gt(1)) {
    return {
      code: 'WIN_RATE_OUT_OF_RANGE',
      reason: `Win rate ${edge.winRate} is not a fraction between 0 and 1; 55 % is written 0.55.`,
    };
  }
  if (edge.trades < policy.minimumTrades) {
    const reason = `${edge.trades} closed trades, ${policy.minimumTrades} needed. Nothing is assumed in its place.`;
    return { code: 'TOO_FEW_TRADES', reason };
  }
  if (!edge.meanLoss?.isFinite() || edge.meanLoss.isZero()) {
    return { code: 'NO_LOSING_TRADE', reason: 'No losing trade: the payoff ratio cannot be known.' };
  }
  if (!edge.meanWin.isFinite() || edge.meanWin.lt(0)) {
    return { code: 'NO_WINNING_TRADE', reason: 'The mean win is not a positive number.' };
  }
  if (volatility.kind === 'unknown') return { code: 'VOLATILITY_UNKNOWN', reason: volatility.reason };
  if (!volatility.fraction.isFinite() || volatility.fraction.lt(0)) {
    return { code: 'VOLATILITY_UNKNOWN', reason: 'The realised volatility is no number.' };
  }
  if (volatility.fraction.gte(1)) {
    const reason = `Volatility ${volatility.fraction} is not a daily fraction under 1; 2.41 % is written 0.0241.`;
    return { code: 'VOLATILITY_OUT_OF_RANGE', reason };
  }
  if (volatility.fraction.isZero()) {
    return { code: 'VOLATILITY_ZERO', reason: 'The price has not moved in 30 days: the data are frozen or wrong.' };
  }
  if (!available.isFinite()) return { code: 'AVAILABLE_UNKNOWN', reason: 'What is available is unknown.' };
  if (instrument && !isPositive(instrument.price)) {
    return { code: 'PRICE_UNKNOWN', reason: 'The instrument has no price over 0.' };
  }
  if (instrument && !isPositive(instrument.unit)) {
    return {
      code: 'UNIT_UNKNOWN',
      reason: 'Nobody has said what one unit of the instrument is worth: its multiplier and rate are not registered.',
    };
  }
  return null;
}

/**
 * Capital to commit to one position: quarter-Kelly under three caps, as a target with the trace of every step.
 *
 * Payoff R = mean win / |mean loss|; f = (R p - (1 - p)) / R; x 0.25; at most 5 % of capital; x min(1, 2 % / volatility);
 * at most what is available; rounded down to the lot. `binding` names the constraint that decided. No losing sample, too
 * few trades, a win rate outside 0-1, volatility that is zero or unknown, a multiplier nobody stated: `cannot-size` with a reason, never NaN, never
 * full size. A negative edge is `no-edge`, 0. The size is a gross notional, so a short uses as much as a long.
 * Source: Kelly (1956); Thorp (2006) on fractional Kelly.
 */
export function sizePosition(input: SizingInput): Sizing {
  const policy = input.policy ?? SIZING_POLICY;
  const refused = refusal(input, policy);
  if (refused) return { kind: 'cannot-size', ...refused, trace: [] };
  const { capital, available, volatility } = input;
  const edge = input.edge as Edge;
  const loss = (edge.meanLoss as Decimal).abs();
  const payoff = edge.meanWin.div(loss);
  const p = edge.winRate;
  // (R p - q) / R written as p - q / R, so that a payoff of 0 divides nothing.
  const fullKelly = payoff.isZero() ? ONE.neg() : p.minus(ONE.minus(p).div(payoff));
  const trace: TraceLine[] = [
    { step: 'capital', formula: 'strategy capital', share: ONE, amount: capital, cut: false },
    {
      step: 'full-kelly',
      formula: `(R p − (1 − p)) / R with p = ${percent(p)}, R = ${payoff.toFixed(4)}`,
      share: fullKelly,
      amount: capital.mul(Decimal.max(0, fullKelly)),
      cut: false,
    },
  ];
  if (fullKelly.lte(0)) return { kind: 'no-edge', size: ZERO, trace, fullKelly };
  const byKelly = capital.mul(fullKelly).mul(policy.kellyFraction);
  trace.push({
    step: 'kelly',
    formula: `× ${policy.kellyFraction}`,
    share: byKelly.div(capital),
    amount: byKelly,
    cut: true,
  });
  let binding = 'kelly' as Binding;
  let size = byKelly;
  const step = (name: Binding, formula: string, next: Decimal) => {
    const cut = next.lt(size);
    if (cut) binding = name;
    size = next;
    trace.push({ step: name, formula, share: size.div(capital), amount: size, cut });
  };
  step(
    'cap',
    `at most ${percent(policy.maxPositionFraction)} of capital`,
    Decimal.min(size, capital.mul(policy.maxPositionFraction)),
  );
  const sigma = (volatility as Extract<Volatility, { kind: 'value' }>).fraction;
  const scale = Decimal.min(ONE, policy.targetVolatility.div(sigma));
  step('volatility', `× min(1, ${percent(policy.targetVolatility)} / ${percent(sigma)})`, size.mul(scale));
  step('available', 'at most what is available', Decimal.min(size, Decimal.max(0, available)));
  let quantity: Decimal | null = null;
  if (input.instrument) {
    const { price, unit, lot } = input.instrument;
    const unitPrice = (price as Decimal).mul(unit as Decimal);
    quantity = floorToLot(size.div(unitPrice), lot);
    // Division at 50 digits may round up by one part in 1e50; the amount must still not exceed what stood before.
    if (quantity.mul(unitPrice).gt(size)) quantity = Decimal.max(0, quantity.minus(lot));
    const before = size;
    step('lot', `floor to ${lot} × ${unitPrice}`, quantity.mul(unitPrice));
    // Rounding down by less than a lot is not what decided, unless it left nothing.
    if (binding === 'lot' && !size.isZero()) binding = decidedBefore(trace, before);
  }
  return { kind: 'sized', size, quantity, binding, trace, fullKelly };
}

function decidedBefore(trace: TraceLine[], before: Decimal): Binding {
  const line = trace.filter((l) => l.cut && l.step !== 'lot' && l.amount.eq(before)).at(-1);
  return (line?.step as Binding | undefined) ?? 'kelly';
}

/**
 * available = min(cash - 10 % of equity - reservations - working orders, strategy capital - gross of its other positions
 * - reservations, position headroom) + what this position already uses; never below 0. All in account currency.
 */
export function availableFor(input: {
  cash: Decimal;
  equity: Decimal;
  cashFloor: Decimal;
  reservations: Decimal;
  working: Decimal;
  strategyCapital: Decimal;
  strategyGrossElsewhere: Decimal;
  strategyReservations: Decimal;
  positionHeadroom: Decimal;
  ownUse: Decimal;
}): { amount: Decimal; binding: 'cash' | 'capital' | 'position' } {
  const cash = input.cash.minus(input.equity.mul(input.cashFloor)).minus(input.reservations).minus(input.working);
  const capital = input.strategyCapital.minus(input.strategyGrossElsewhere).minus(input.strategyReservations);
  const least = Decimal.min(cash, capital, input.positionHeadroom);
  const binding = least.eq(cash) ? 'cash' : least.eq(capital) ? 'capital' : 'position';
  return { amount: Decimal.max(0, least.plus(input.ownUse)), binding };
}

/**
 * The more cautious of two edges by full Kelly: the backtest's until 100 live trades, then the smaller of both. One of them
 * with 100 trades is enough; with fewer in both, the backtest's is given, which is then too few.
 */
export function edgeFor(
  backtest: Edge | null,
  live: Edge | null,
  minimumTrades = SIZING_POLICY.minimumTrades,
): Edge | null {
  if (!live || live.trades < minimumTrades) return backtest ?? live;
  if (!backtest || backtest.trades < minimumTrades) return live;
  return kellyOf(live).lt(kellyOf(backtest)) ? live : backtest;
}

function kellyOf(edge: Edge): Decimal {
  // Nothing was ever won: the least there is, whatever was lost.
  if (edge.meanWin.lte(0)) return ONE.neg();
  if (!edge.meanLoss || edge.meanLoss.isZero()) return ONE;
  return edge.winRate.minus(ONE.minus(edge.winRate).mul(edge.meanLoss.abs()).div(edge.meanWin));
}
