import { Decimal, ONE, sumOf, ZERO } from '../kernel/decimal';
import { fraction } from './equity-curve';
import { known, type Reading, unknown } from './reading';

/** Where a loss is measured from: equity at the reference, and what has flowed in and out since. */
export type LossWindow = {
  startEquity: Decimal;
  /** No sample lay at or before the start: the first after it stands in. */
  estimated: boolean;
  /** Deposits minus withdrawals since the reference. */
  netFlow: Decimal;
  /** What left the portfolio on balance since the reference, 0 or more; between its own accounts nothing leaves. */
  withdrawals: Decimal;
};

/** Flow-adjusted change of equity since the reference, in account currency; a gain is positive. */
export const profitSince = (equity: Decimal, window: LossWindow): Decimal =>
  equity.minus(window.startEquity).minus(window.netFlow);

/**
 * Loss since the reference as a fraction of what was there to lose: max(0, -(E - E0 - flows)) / (E0 - withdrawals).
 * A gain is a loss of 0. Nothing there to lose is unknown, never a division by zero.
 */
export function lossOf(equity: Decimal, window: LossWindow): Reading {
  const loss = Decimal.max(0, profitSince(equity, window).neg());
  const base = window.startEquity.minus(window.withdrawals);
  const note = window.estimated ? 'start estimated' : undefined;
  if (base.lte(0)) return unknown('nothing was in the account at the start of the day');
  return known(fraction(loss.div(base)), { amount: loss, base, note });
}

/** The worse of the day and the rolling 24 h; both share one limit and one episode. Unknown only when both are. */
export function worseLoss(day: Reading, rolling: Reading): Reading {
  if (day.kind === 'unknown') return rolling.kind === 'unknown' ? day : { ...rolling, note: 'rolling 24 h' };
  if (rolling.kind === 'unknown') return { ...day, own: day.value };
  const percent = (reading: { value: Decimal }) => `${reading.value.mul(100).toFixed(2)} %`;
  const isRolling = rolling.value.gt(day.value);
  const estimated = (isRolling ? rolling : day).note ? ', start estimated' : '';
  const note = `session ${percent(day)}, 24 h ${percent(rolling)}${estimated}`;
  return { ...(isRolling ? rolling : day), note, own: day.value };
}

/** One position as a snapshot states it; all decimals, `fx` to account currency. */
export type Position = {
  strategy: string;
  instrument: string;
  quantity: Decimal;
  price: Decimal;
  multiplier: Decimal;
  fx: Decimal;
};

/** |quantity x price x multiplier x FX|: shorts count in full. */
export function grossOf({ quantity, price, multiplier, fx }: Position): Decimal {
  const local = quantity.mul(price);
  // Left out in a snapshot they are this very one, and nothing need be worked out.
  const inUnits = multiplier === ONE ? local : local.mul(multiplier);
  return (fx === ONE ? inUnits : inUnits.mul(fx)).abs();
}

/** Gross notional per instrument, across strategies, without netting. */
export function grossByInstrument(positions: readonly Position[]): Map<string, Decimal> {
  const gross = new Map<string, Decimal>();
  for (const position of positions) {
    gross.set(position.instrument, (gross.get(position.instrument) ?? ZERO).plus(grossOf(position)));
  }
  return gross;
}

/** Gross of what is sold short: what the sales brought in is worth as much again, and is owed. */
export function shortGross(positions: readonly Position[]): Decimal {
  let owed: Decimal | undefined;
  for (const position of positions) {
    if (position.quantity.isNegative()) owed = owed ? owed.plus(grossOf(position)) : grossOf(position);
  }
  return owed ?? ZERO;
}

/** What the rates of instruments bind as initial margin; undefined where none of the positions has a rate. */
export function marginOf(positions: readonly Position[], rates: ReadonlyMap<string, Decimal>): Decimal | undefined {
  let bound: Decimal | undefined;
  for (const position of rates.size > 0 ? positions : []) {
    const rate = rates.get(position.instrument);
    if (rate) bound = (bound ?? ZERO).plus(grossOf(position).mul(rate));
  }
  return bound;
}

/** Gross of one strategy's positions. */
export const grossOfStrategy = (positions: readonly Position[], strategy: string): Decimal =>
  sumOf(positions.filter((p) => p.strategy === strategy).map(grossOf));

/** Share of equity that sits in each instrument. Without equity over 0 the share is unknown, not infinite. */
export function positionShares(positions: readonly Position[], equity: Decimal): Map<string, Reading> {
  const shares = new Map<string, Reading>();
  for (const [instrument, gross] of grossByInstrument(positions)) {
    const share = equity.gt(0)
      ? known(fraction(gross.div(equity)), { amount: gross })
      : unknown('equity is not over 0');
    shares.set(instrument, share);
  }
  return shares;
}

/** Cash that counts: settled cash, or on margin min(cash - short-sale proceeds, equity - initial margin). */
export function cashMeasure(input: {
  cash: Decimal;
  equity: Decimal;
  shortProceeds?: Decimal;
  initialMargin?: Decimal;
}): Decimal {
  const free = input.cash.minus(input.shortProceeds ?? ZERO);
  return input.initialMargin ? Decimal.min(free, input.equity.minus(input.initialMargin)) : free;
}

/** Cash as a fraction of equity. Negative cash is a value (and a breach), not an unknown. */
export function cashShare(cash: Decimal, equity: Decimal): Reading {
  if (equity.lte(0)) return unknown('equity is not over 0');
  return known(fraction(cash.div(equity)), { amount: cash });
}

/** Wins over all closed trades, draws in the denominator; under `minimum` trades it is unknown. */
export function winRate(trades: { wins: number; total: number }, minimum = 30): Reading {
  if (trades.total < minimum) return unknown(`${trades.total} of ${minimum} closed trades`);
  return known(fraction(new Decimal(trades.wins).div(trades.total)), { note: `${trades.total} closed trades` });
}

/**
 * True when the equity change and the component P&L differ by more than 0.10 % of equity: the account is unreconciled.
 * Both changes are over the same span and net of flows.
 */
export function isUnreconciled(equityChange: Decimal, componentPnl: Decimal, equity: Decimal): boolean {
  return equityChange.minus(componentPnl).abs().gt(equity.abs().mul('0.001'));
}
