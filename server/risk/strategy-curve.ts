import { Decimal, ONE } from '../kernel/decimal';
import { advanceCurve, type DayOfCurve, type DrawdownBasis, markFor, openCurve, restartMark } from './equity-curve';
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
 * Each strategy's own unitised curve after a sample: capital plus P&L since the curve opened. A change of capital (a
 * promotion, a cut) is a flow and moves no unit value. A strategy without capital has no curve yet.
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
    const held = states[line.strategy];
    const capital = capitalOf(line.strategy, at);
    const trades = line.trades ?? held?.trades ?? null;
    if (!held) {
      if (!capital || capital.lte(0)) continue;
      next[line.strategy] = {
        curve: restartMark(openCurve(capital, at), at, day),
        capital,
        basePnl: pnlOfLine(line),
        equity: capital,
        statedAt: at,
        highest: { day, unitValue: ONE },
        trades,
        outcomes: trades ? keepOutcomes([], null, trades) : [],
      };
      continue;
    }
    const now = capital ?? held.capital;
    const equity = now.plus(pnlOfLine(line)).minus(held.basePnl);
    const advanced = advanceCurve(held.curve, { equity, netFlow: now.minus(held.capital), at, setsMark });
    const curve = firstLive ? restartMark(advanced, at, day) : advanced;
    const reached = highestOn(held, day);
    const highest = { day, unitValue: setsMark ? Decimal.max(reached, curve.unitValue) : reached };
    const outcomes = line.trades ? keepOutcomes(held.outcomes, held.trades, line.trades) : held.outcomes;
    next[line.strategy] = { ...held, curve, capital: now, equity, statedAt: at, highest, trades, outcomes };
  }
  return next;
}
