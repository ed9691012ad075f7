import { Decimal, ZERO } from '../kernel/decimal';
import { driveEpisodes } from './breaches/episode-drive';
import type { Change } from './episodes';
import { advanceCurve, openCurve, restartMark } from './equity-curve';
import { checkLimits, type Measurement, setsInForce, type Verdict } from './limits';
import { keptMark, measurementsOf } from './measurements';
import { type DayClose, dayFor, startsDay } from './open-day';
import { comparedWith, flowOf, joinedBy, unsettledAfter, withdrawnOf } from './portfolio-flow';
import { unknown } from './reading';
import { componentPnl, reconciledAtClose, reconciledHere } from './reconciliation/reconciliation';
import { type AccountRow, hasFill, heldOf, type Totals, totalsOf } from './samples';
import type { EvaluationContext, Lookback, OpenDay, RiskState } from './state';
import { advanceStrategies } from './strategy-curve';
import { endOfGone, neverStated, standingOf } from './strategy-standing';
import { judgeTick } from './tick-sanity';
import { maxAgeMs } from './unknown';

export type Outcome = {
  state: RiskState;
  verdicts: Verdict[];
  changes: Change[];
  closes: DayClose[];
  /** False while an account is silent or nothing is known yet: every limit is unknown. */
  evaluated: boolean;
  suspect: boolean;
};

/**
 * One sample: the state after it, the verdict of every limit, what changed in episodes, and the days that closed.
 *
 * Pure. History rows advance the series and open nothing. Folding sorted samples gives the same breaches whatever the order of arrival; a suspect tick is shown and held
 * back, and counts when the next sample agrees.
 */
export function evaluateSample(
  before: RiskState,
  row: AccountRow,
  context: EvaluationContext,
  lookback: Lookback,
): Outcome {
  const accounts = { ...before.accounts, [row.account]: heldOf(row) };
  const flow = before.pendingFlow.plus(flowOf(before, row));
  const unsettled = unsettledAfter(before, row, accounts, context);
  const waiting: RiskState = { ...joinedBy(before, row), accounts, pendingFlow: flow, unsettled };
  const isLive = row.kind === 'live';
  const silent = silentAccount(accounts, row.asOf, isLive, context);
  if (silent) return unevaluated(waiting, context, row.asOf, silent);
  const totals = totalsOf(Object.values(accounts));
  if (!before.curve && totals.equity.lte(0)) {
    return unevaluated(waiting, context, row.asOf, 'no sample with equity over 0 yet');
  }
  const { judgement, sanity } = judgeTick(before.sanity, {
    at: row.asOf,
    equity: totals.equity,
    netFlow: flow,
    hasFill: hasFill(before.accounts[row.account], row),
  });
  const suspect = judgement === 'suspect';
  const nonPositive = totals.equity.gt(0)
    ? 0
    : suspect
      ? before.nonPositive
      : before.nonPositive + (judgement === 'agrees' ? 2 : 1);
  if (totals.equity.lte(0) && nonPositive < 2) {
    return {
      ...unevaluated({ ...waiting, sanity, nonPositive }, context, row.asOf, 'equity is not over 0 in one sample'),
      suspect,
    };
  }
  const closes: DayClose[] = [];
  const day = dayFor(before, row.asOf, totals.equity, context, closes, lookback);
  const reconciled =
    day.key === before.day?.key ? waiting.reconciled : comparedWith(reconciledAtClose(before), before, row);
  const open = { ...waiting, sanity, nonPositive, day, reconciled, live: before.live || isLive };
  const advanced = advanceMeasures(
    open,
    totals,
    row.asOf,
    { suspect, startsDay: startsDay(before, day), firstLive: isLive && !before.live },
    context,
    lookback,
  );
  const next = { ...advanced, mark: keptMark(advanced, lookback, context) };
  if (!isLive) return { state: next, verdicts: [], changes: [], closes, evaluated: true, suspect };
  const sets = setsInForce(context.sets, row.asOf);
  const verdicts = checkLimits(measurementsOf(next, totals, sets, row.asOf, context, lookback), sets, row.asOf);
  const driven = driveEpisodes(next, verdicts, row.asOf, judgement, before.held, context.confirmation);
  if (suspect) return { state: driven.state, verdicts, changes: driven.changes, closes, evaluated: true, suspect };
  const ended = endOfGone(driven.state, totals.positions, row.asOf, context);
  const changes = [...driven.changes, ...ended.changes];
  return { state: ended.state, verdicts, changes, closes, evaluated: true, suspect };
}

function silentAccount(
  accounts: RiskState['accounts'],
  at: Date,
  isLive: boolean,
  context: EvaluationContext,
): string | null {
  // History is as coarse as it was kept; only live samples owe the reporting interval.
  const limit = isLive ? maxAgeMs(context.reportingIntervalMs) : Number.POSITIVE_INFINITY;
  for (const account of context.accounts) {
    const held = accounts[account];
    if (!held) return `account ${account} has sent nothing yet`;
    if (at.getTime() - held.asOf.getTime() > limit) return `account ${account} is stale`;
  }
  return null;
}

/** Nothing can be measured: every limit of the portfolio, of what it holds and of its strategies is unknown. */
function unevaluated(state: RiskState, context: EvaluationContext, at: Date, reason: string): Outcome {
  const sets = setsInForce(context.sets, at);
  const scope = { kind: 'portfolio' as const, id: context.portfolioId };
  const reading = unknown(reason);
  const positions = Object.values(state.accounts).flatMap((account) => account.positions);
  const held = [...new Set(positions.map((p) => p.instrument))];
  const measurements: Measurement[] = [
    ...(['drawdown', 'dailyLoss', 'cash'] as const).map((measure) => ({ measure, scope, subject: null, reading })),
    // Without a position that is known of, what else is held is unknown as well.
    ...(held.length > 0 ? held : [null]).map((subject) => ({ measure: 'position' as const, scope, subject, reading })),
  ];
  const measured = Object.entries(state.strategies)
    .filter(([id, own]) => standingOf(id, own, positions, at, context) !== 'gone')
    .map(([id]) => id);
  for (const id of [...measured, ...neverStated(state, at, context)]) {
    for (const measure of ['drawdown', 'winRate'] as const) {
      measurements.push({ measure, scope: { kind: 'strategy', id }, subject: null, reading });
    }
  }
  const verdicts = checkLimits(measurements, sets, at);
  return { state, verdicts, changes: [], closes: [], evaluated: false, suspect: false };
}

function advanceMeasures(
  state: RiskState,
  totals: Totals,
  at: Date,
  { suspect, startsDay: opened, firstLive }: { suspect: boolean; startsDay: boolean; firstLive: boolean },
  context: EvaluationContext,
  lookback: Lookback,
): RiskState {
  const netFlow = state.pendingFlow;
  const day = state.day as OpenDay;
  const flowOfDay = opened ? day.netFlow : day.netFlow.plus(netFlow);
  const advanced = state.curve
    ? advanceCurve(state.curve, { equity: totals.equity, netFlow, at, setsMark: !suspect })
    : openCurve(totals.equity, at);
  // History fills series and opens nothing: the mark that limits fall from is that of live samples.
  const curve = firstLive || !state.curve ? restartMark(advanced, at, day.key) : advanced;
  const cumulativeFlow = state.cumulativeFlow.plus(netFlow);
  const pnl = componentPnl(Object.values(state.accounts));
  const here = { at, equity: totals.equity, pnl: suspect ? null : pnl, cumulativeFlow };
  if (!suspect) lookback.points.push({ at, equity: totals.equity, cumulativeFlow });
  return {
    ...state,
    curve,
    day: {
      ...day,
      netFlow: flowOfDay,
      withdrawals: withdrawnOf(flowOfDay, state.unsettled),
      maxUnitValue: suspect ? day.maxUnitValue : Decimal.max(day.maxUnitValue, curve.unitValue),
    },
    // A suspect sample is no reference for what follows.
    last: suspect
      ? state.last
      : {
          at,
          equity: totals.equity,
          cash: totals.cash,
          suspect: false,
          pnl,
        },
    reconciled: state.reconciled ?? reconciledHere(here),
    pendingFlow: ZERO,
    cumulativeFlow,
    strategies: advanceStrategies(
      state.strategies,
      totals.strategies,
      { at, day: day.key, setsMark: !suspect, firstLive },
      context.capitalOf,
    ),
  };
}
