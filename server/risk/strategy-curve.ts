import { Decimal, ONE, ZERO } from '../kernel/decimal';
import { ownOf, putOwn } from '../kernel/own';
import {
  advanceCurve,
  type DayOfCurve,
  type DrawdownBasis,
  drawdownOf,
  markFor,
  openCurve,
  restartMark,
  unitsOf,
} from './equity-curve';
import { type Reading, unknown } from './reading';
import { pnlOfLine, type StrategyLine } from './samples';
import type { StrategyState } from './state';

const TRADES_KEPT = 100;

/** Appends the trades closed since the last look and keeps as many as cover the last hundred. */
export function keepOutcomes(
  outcomes: readonly { closed: number; wins: number }[],
  before: { closed: number; wins: number } | null,
  now: { closed: number; wins: number },
): { closed: number; wins: number }[] {
  const closed = now.closed - (before?.closed ?? 0);
  if (closed <= 0) return [...outcomes];
  const wins = Math.min(closed, Math.max(0, now.wins - (before?.wins ?? 0)));
  const next = [...outcomes, { closed, wins }];
  let covered = next.reduce((sum, o) => sum + o.closed, 0);
  while (next.length > 1 && covered - (next[0]?.closed ?? 0) >= TRADES_KEPT) covered -= next.shift()?.closed ?? 0;
  return next;
}

/** Wins and closed trades over what is remembered. */
export const tradesSeen = (outcomes: readonly { closed: number; wins: number }[]): { wins: number; total: number } => ({
  total: outcomes.reduce((sum, o) => sum + o.closed, 0),
  wins: outcomes.reduce((sum, o) => sum + o.wins, 0),
});

/** The highest unit value of a strategy on a session day; what it began with where nothing was stated in it yet. */
export const highestOn = ({ highest, curve }: StrategyState, day: string): Decimal =>
  highest?.day === day ? highest.unitValue : curve.unitValue;

/** The mark that a strategy's drawdown falls from, under the basis of its portfolio. */
export const strategyMark = (
  basis: DrawdownBasis,
  held: StrategyState,
  days: readonly DayOfCurve[] | undefined,
  today: string,
): Decimal => markFor(basis, held.curve, days ?? [], { key: today, maxUnitValue: highestOn(held, today) });

/**
 * A strategy with other capital from a sample on: its units are worth the new capital at the value they have, and P&L
 * counts from here, so that the change itself moves nothing and a later loss of x % of capital is a fall of x %.
 *
 * Units worth nothing are bought by no money: the capital waits beside them, and the loss stands until it is made good or
 * the mark is rebased. Where units ran out under capital nobody knows the value any more: that stays unknown as well.
 */
function withCapital(held: StrategyState, capital: Decimal, pnl: Decimal): StrategyState {
  const { curve } = held;
  if (curve.unitValue.lte(0)) {
    const unpriced = curve.unpriced.plus(capital.minus(held.capital));
    return { ...held, capital, equity: held.equity.plus(capital.minus(held.capital)), curve: { ...curve, unpriced } };
  }
  const isLost = curve.units.lte(0) && held.capital.gt(0);
  const units = isLost ? curve.units : unitsOf(capital, curve.unitValue);
  return { ...held, capital, basePnl: pnl, equity: capital, curve: { ...curve, units, unpriced: ZERO } };
}

/** The mark begins anew at the present unit value; a curve that was wiped out, or lost its units, opens with the capital. */
export function rebasedStrategy(held: StrategyState, at: Date, day: string): StrategyState {
  const { curve, capital, equity } = held;
  if (curve.unitValue.gt(0) && curve.units.gt(0)) return { ...held, curve: restartMark(curve, at, day) };
  const basePnl = held.basePnl.plus(equity.minus(capital));
  return { ...held, basePnl, equity: capital, curve: restartMark(openCurve(capital, at), at, day) };
}

/** A strategy's fall from its mark; unknown where its capital has no units, so that no value of it is known. */
export const strategyDrawdown = ({ curve }: StrategyState, mark: Decimal): Reading =>
  curve.units.gt(0) ? drawdownOf(curve, mark) : unknown('its capital has no units, so that its value is not known');

/**
 * Each strategy's own unitised curve after a sample: capital plus P&L since that capital was given. What a sample states
 * was made with the capital in force before it; a change of capital (a promotion, a cut) then moves no unit value. A
 * suspect sample changes no capital: what it states is no P&L to count from. A strategy without capital has no curve yet.
 */
export function advanceStrategies(
  states: Record<string, StrategyState>,
  lines: readonly StrategyLine[],
  sample: { at: Date; day: string; setsMark: boolean; firstLive: boolean },
  capitalOf: (strategy: string, at: Date) => Decimal | null,
): Record<string, StrategyState> {
  const next = { ...states };
  const { at, day, setsMark, firstLive } = sample;
  for (const line of lines) {
    const held = ownOf(states, line.strategy);
    const capital = capitalOf(line.strategy, at);
    const trades = line.trades ?? held?.trades ?? null;
    if (!held) {
      if (!capital || capital.lte(0)) continue;
      putOwn(next, line.strategy, {
        curve: restartMark(openCurve(capital, at), at, day),
        capital,
        basePnl: pnlOfLine(line),
        equity: capital,
        statedAt: at,
        highest: { day, unitValue: ONE },
        trades,
        outcomes: trades ? keepOutcomes([], null, trades) : [],
      });
      continue;
    }
    const pnl = pnlOfLine(line);
    const equity = held.capital.plus(pnl).minus(held.basePnl);
    const advanced = advanceCurve(held.curve, { equity, netFlow: ZERO, at, setsMark });
    const curve = firstLive ? restartMark(advanced, at, day) : advanced;
    const reached = highestOn(held, day);
    const highest = { day, unitValue: setsMark ? Decimal.max(reached, curve.unitValue) : reached };
    const outcomes = line.trades ? keepOutcomes(held.outcomes, held.trades, line.trades) : held.outcomes;
    const valued = { ...held, curve, equity, statedAt: at, highest, trades, outcomes };
    // No capital in force, or none of it: what was given last stays at stake for as long as something is held.
    const given = setsMark && capital?.gt(0) ? capital : held.capital;
    putOwn(next, line.strategy, given.eq(held.capital) ? valued : withCapital(valued, given, pnl));
  }
  return next;
}
