import { type Decimal, ZERO } from '../kernel/decimal';
import { ownOf, putOwn } from '../kernel/own';
import type { EquityCurve } from './equity-curve';
import { anchorSince } from './loss-reference';
import { sessionDay } from './session-day';
import type { EvaluationContext, Lookback, OpenDay, RiskState } from './state';
import { highestOn } from './strategy-curve';

/** A session day that closed: what series, correlation and 30-day volatility are made of. */
export type DayClose = {
  day: string;
  closedAt: Date;
  equity: Decimal;
  netFlow: Decimal;
  curve: EquityCurve;
  maxUnitValue: Decimal;
  strategies: Record<string, { equity: Decimal; unitValue: Decimal; maxUnitValue: Decimal }>;
  /** The state as the day left it: a late row is evaluated from here. */
  checkpoint: RiskState;
};

/**
 * The session day of a sample: the one that runs, or a new one measured from the last sample of the session before. What
 * closes with it is added to `closes` and looked back on from then.
 */
export function dayFor(
  before: RiskState,
  at: Date,
  equity: Decimal,
  context: EvaluationContext,
  closes: DayClose[],
  lookback: Lookback,
): OpenDay {
  if (before.day && at < before.day.end) return before.day;
  if (before.day && before.curve && before.last) {
    const close = closeOf(before.day, before);
    closes.push(close);
    remember(close, lookback);
  }
  const day = sessionDay(at, context.zone, context.sessionStart);
  const anchor = before.last;
  const anchored = anchor !== null && anchor.at <= day.start && anchor.at >= anchorSince(day, context);
  return {
    ...day,
    startEquity: anchored ? anchor.equity : equity,
    estimated: !anchored,
    netFlow: ZERO,
    withdrawals: ZERO,
    maxUnitValue: before.curve?.unitValue ?? ZERO,
  };
}

/** A day that closed is looked back on from then. */
function remember(close: DayClose, lookback: Lookback): void {
  const { day, curve, maxUnitValue } = close;
  lookback.days.push({ day, closeUnitValue: curve.unitValue, maxUnitValue });
  const strategyDays = lookback.strategyDays ?? {};
  lookback.strategyDays = strategyDays;
  for (const [id, own] of Object.entries(close.strategies)) {
    const days = ownOf(strategyDays, id) ?? [];
    putOwn(strategyDays, id, days);
    days.push({ day, closeUnitValue: own.unitValue, maxUnitValue: own.maxUnitValue });
  }
}

/** True when this sample itself is the estimated start of the day: a flow that came with it is inside it already. */
export const startsDay = (before: RiskState, day: OpenDay): boolean => before.day?.key !== day.key && day.estimated;

function closeOf(day: OpenDay, state: RiskState): DayClose {
  const strategies: DayClose['strategies'] = {};
  for (const [id, held] of Object.entries(state.strategies)) {
    putOwn(strategies, id, {
      equity: held.equity,
      unitValue: held.curve.unitValue,
      maxUnitValue: highestOn(held, day.key),
    });
  }
  return {
    day: day.key,
    closedAt: day.end,
    equity: state.last?.equity ?? ZERO,
    netFlow: day.netFlow,
    curve: state.curve as EquityCurve,
    maxUnitValue: day.maxUnitValue,
    strategies,
    checkpoint: state,
  };
}
