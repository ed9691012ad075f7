import { type Decimal, ONE, ZERO } from '../kernel/decimal';
import { ownOf } from '../kernel/own';
import { drawdownOf, type EquityCurve, markFor } from './equity-curve';
import type { LimitSet } from './limit-definition';
import { limitFor, type Measurement, partsOfKey } from './limits';
import { countUntil, referenceAt } from './loss-reference';
import { cashShare, lossOf, positionShares, winRate, worseLoss } from './measures';
import { withdrawnOf } from './portfolio-flow';
import { known, type Reading, unknown } from './reading';
import type { Totals } from './samples';
import type { EvaluationContext, Lookback, OpenDay, RiskState } from './state';
import { strategyDrawdown, strategyMark } from './strategy-curve';
import { neverStated, standingOf } from './strategy-standing';

const DAY_MS = 86_400_000;
const UNSTATED = unknown('its engine states no profit and loss');

function rollingLoss(
  state: RiskState,
  equity: Decimal,
  at: Date,
  { points }: Lookback,
  context: EvaluationContext,
): Reading {
  const wanted = at.getTime() - DAY_MS;
  const found = referenceAt(points, countUntil(points, wanted), wanted, context);
  if (!found) return unknown('no sample in the last 24 h');
  const netFlow = state.cumulativeFlow.minus(found.point.cumulativeFlow);
  const withdrawals = withdrawnOf(netFlow, state.unsettled);
  return lossOf(equity, { startEquity: found.point.equity, estimated: found.estimated, netFlow, withdrawals });
}

/** The mark that drawdown falls from, to be kept with the state; undefined for that since the start, which the curve has. */
export const keptMark = ({ curve, day }: RiskState, { days }: Lookback, { basis }: EvaluationContext) =>
  curve && day && basis !== 'since-start' ? markFor(basis, curve, days, day) : undefined;

/** Every measure of a portfolio and its strategies at one instant. */
export function measurementsOf(
  state: RiskState,
  totals: Totals,
  sets: readonly LimitSet[],
  at: Date,
  context: EvaluationContext,
  lookback: Lookback,
): Measurement[] {
  const scope = { kind: 'portfolio' as const, id: context.portfolioId };
  const curve = state.curve as EquityCurve;
  const day = state.day as OpenDay;
  const mark = markFor(context.basis, curve, lookback.days, day);
  const wiped = totals.equity.lte(0);
  const drawdown = wiped
    ? known(ONE, { base: mark.mul(curve.units), note: 'equity is not over 0' })
    : drawdownOf(curve, mark);
  const loss = worseLoss(lossOf(totals.equity, day), rollingLoss(state, totals.equity, at, lookback, context));
  const cash = totals.cash === null ? unknown('cash was not stated') : cashShare(totals.cash, totals.equity);
  const list: Measurement[] = [
    { measure: 'drawdown', scope, subject: null, reading: drawdown },
    { measure: 'dailyLoss', scope, subject: null, reading: loss },
    { measure: 'cash', scope, subject: null, reading: cash },
  ];
  const shares = positionShares(totals.positions, totals.equity);
  for (const [instrument, reading] of shares) list.push({ measure: 'position', scope, subject: instrument, reading });
  // A position that was closed is a share of 0: its episode can end, and what was seen of it once is not confirmed.
  for (const subject of closedPositions(state, shares)) {
    const limit = limitFor(sets, { measure: 'position', appliesTo: 'portfolio', subject }, at);
    if (limit) list.push({ measure: 'position', scope, subject, reading: known(ZERO) });
  }
  for (const [id, held] of Object.entries(state.strategies)) {
    const standing = standingOf(id, held, totals.positions, at, context);
    if (standing === 'gone') continue;
    const own = { kind: 'strategy' as const, id };
    const isSilent = standing === 'silent';
    const ownMark = strategyMark(context.basis, held, ownOf(lookback.strategyDays, id), day.key);
    const fall = isSilent ? UNSTATED : strategyDrawdown(held, ownMark);
    list.push({ measure: 'drawdown', scope: own, subject: null, reading: fall });
    const rate = isSilent ? UNSTATED : strategyWinRate(held.outcomes);
    list.push({ measure: 'winRate', scope: own, subject: null, reading: rate });
  }
  for (const id of neverStated(state, at, context)) {
    for (const measure of ['drawdown', 'winRate'] as const) {
      list.push({ measure, scope: { kind: 'strategy', id }, subject: null, reading: UNSTATED });
    }
  }
  return list;
}

/** Instruments that nobody holds any more and that are still looked at: an episode of theirs, or samples that count. */
function closedPositions({ episodes, windows }: RiskState, held: ReadonlyMap<string, Reading>): Set<string> {
  const seen = Object.entries(windows).flatMap(([key, window]) => (window.length > 0 ? [key] : []));
  const subjects = [...Object.keys(episodes), ...seen].flatMap((key) => {
    const subject = key.startsWith('position|') ? partsOfKey(key).subject : null;
    return subject !== null && !held.has(subject) ? [subject] : [];
  });
  return new Set(subjects);
}

/** Wins over the closed trades that are remembered; unknown under the minimum. */
export function strategyWinRate(outcomes: readonly { closed: number; wins: number }[]): Reading {
  const total = outcomes.reduce((sum, o) => sum + o.closed, 0);
  return winRate({ total, wins: outcomes.reduce((sum, o) => sum + o.wins, 0) });
}
