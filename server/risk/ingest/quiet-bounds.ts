import { ownOf } from '../../kernel/own';
import { type EquityCurve, markFor } from '../equity-curve';
import type { Limit, LimitSet, Measure, ScopeKind } from '../limit-definition';
import { limitFor, setsInForce } from '../limits';
import { strategyWinRate } from '../measurements';
import { componentPnl } from '../reconciliation/reconciliation';
import type { EvaluationContext, Lookback, OpenDay, RiskState, StrategyState } from '../state';
import { strategyMark } from '../strategy-curve';
import { type Standing, standingOf, statedUntil } from '../strategy-standing';
import { softLevelOf } from '../utilisation';
import { floatOf } from './float-of';

const DAY_MS = 86_400_000;
/** Under what opens a soft episode by more than a float can be wrong. */
const UNDER = 1 - 1e-9;
/** Four fifths of a limit, where nobody set its soft tier apart. */
const CALM = 0.8 * UNDER;

/**
 * What a stretch of samples must stay inside to be uneventful, in floats. Fractions are of equity (`position` by
 * instrument), `cash` at least, the others at most; `until` is the first instant at which a limit, the day or what is
 * remembered of an episode may change.
 */
export type QuietBounds = {
  curve: EquityCurve;
  sanity: { at: Date; equity: EquityCurve['units'] };
  until: number;
  mark: number;
  drawdown: number;
  day: { start: number; base: number };
  loss: number;
  statesCash: boolean;
  cash: number;
  instruments: string[];
  position: Float64Array;
  strategyDrawdown: number;
  strategies: QuietStrategy[];
};
/**
 * A strategy's line in the row of an account; `offset` + P&L over `units` is its unit value. One that no account states has
 * no line, and is known until `knownUntil`; of one that is gone nothing is measured.
 */
export type QuietStrategy = {
  id: string;
  account: string;
  line: number | null;
  held: StrategyState | null;
  isGone: boolean;
  knownUntil: number;
  offset: number;
  units: number;
  mark: number;
};

/** The bounds from a calm state on, or null where something stands open, waits or is not known: then nothing is skipped. */
export function quietBounds(
  state: RiskState,
  at: Date,
  context: EvaluationContext,
  lookback: Lookback,
): QuietBounds | null {
  const { curve, day, sanity } = state;
  if (!curve || !day || !state.last || !state.live || !sanity.sane || !isSettled(state, at)) return null;
  if (at >= day.end || !isPriced(curve) || !sanity.sane.equity.gt(0)) return null;
  const sets = setsInForce(context.sets, at);
  const instruments = instrumentsOf(state);
  if (!areWindowsCalm(state, instruments, lowestCalm(sets))) return null;
  const ceiling = (measure: Measure, appliesTo: ScopeKind, subject: string | null = null) => {
    const limit = limitFor(sets, { measure, appliesTo, subject }, at);
    // A ceiling of nothing is reached by anything.
    return limit ? (limit.hard.gt(0) ? floatOf(limit.hard) * calmOf(limit) : Number.NaN) : Number.POSITIVE_INFINITY;
  };
  const floor = limitFor(sets, { measure: 'cash', appliesTo: 'portfolio', subject: null }, at);
  const strategyDrawdown = ceiling('drawdown', 'strategy');
  const positions = Object.values(state.accounts).flatMap((account) => account.positions);
  const standings = new Map<StrategyState, Standing>();
  for (const [id, held] of Object.entries(state.strategies)) {
    standings.set(held, standingOf(id, held, positions, at, context));
  }
  const markOf = (id: string, held: StrategyState) =>
    floatOf(strategyMark(context.basis, held, ownOf(lookback.strategyDays, id), day.key));
  const strategies = strategiesOf(state, strategyDrawdown, { standings, context, markOf });
  if (!strategies || !isWinRateCalm(state, sets, standings, at)) return null;
  const base = day.startEquity.minus(day.withdrawals);
  if (!base.gt(0)) return null;
  return {
    curve,
    sanity: sanity.sane,
    until: changesAt(state, day, context.sets, at),
    mark: floatOf(markFor(context.basis, curve, lookback.days, day)),
    drawdown: ceiling('drawdown', 'portfolio'),
    day: { start: floatOf(day.startEquity.plus(day.netFlow)), base: floatOf(base) },
    loss: ceiling('dailyLoss', 'portfolio'),
    statesCash: floor !== null && Object.values(state.accounts).every((a) => a.cash !== null),
    cash: floor ? Math.max(1e-9, floatOf(floor.hard) / calmOf(floor)) : 0,
    instruments,
    position: Float64Array.from(instruments, (subject) => ceiling('position', 'portfolio', subject)),
    strategyDrawdown,
    strategies,
  };
}

/** The share of a limit that opens nothing: its own soft tier, and no more than four fifths. */
const calmOf = (limit: Limit): number =>
  limit.hard.gt(0) && limit.soft.gt(0) ? Math.min(CALM, floatOf(softLevelOf(limit)) * UNDER) : CALM;

const lowestCalm = (sets: readonly LimitSet[]): number =>
  Math.min(CALM, ...sets.flatMap((set) => set.limits.map(calmOf)));

const isPriced = (curve: EquityCurve): boolean => curve.units.gt(0) && curve.unitValue.gt(0);

/** No sample waits for another, no flow for a price, and no episode that samples drive is running or to be forgotten. */
const isSettled = (state: RiskState, at: Date): boolean =>
  state.held === null &&
  state.sanity.suspect === null &&
  state.nonPositive === 0 &&
  state.pendingFlow.isZero() &&
  !state.unsettled?.length &&
  // Counting of differences begins with the first sample that states P&L.
  (Boolean(state.reconciled) || componentPnl(Object.values(state.accounts)) === null) &&
  Object.values(state.episodes).every((e) =>
    e.clearedAt ? at.getTime() - e.clearedAt.getTime() <= DAY_MS : e.measure === 'correlation',
  );

const instrumentsOf = (state: RiskState): string[] => [
  ...new Set(Object.values(state.accounts).flatMap((a) => a.positions.map((p) => p.instrument))),
];

/** Earlier samples that are still counted with the next are as calm; a breach that silence would confirm is not waiting. */
function areWindowsCalm(state: RiskState, instruments: readonly string[], calm: number): boolean {
  return Object.entries(state.windows).every(([key, window]) => {
    const [measure, , , ...subject] = key.split('|');
    if (measure === 'correlation') return true;
    const isGone = measure === 'position' && !instruments.includes(subject.join('|')) && !state.episodes[key];
    // What is gone is looked at, sample by sample, until its window is dropped.
    if (isGone) return window.length === 0;
    return window.every(({ level }) => floatOf(level) <= calm);
  });
}

/** Each strategy with its line; null where one is stated twice, is not where its curve left it, is not known or not calm. */
function strategiesOf(
  state: RiskState,
  drawdown: number,
  about: {
    standings: ReadonlyMap<StrategyState, Standing>;
    context: EvaluationContext;
    markOf: (id: string, held: StrategyState) => number;
  },
): QuietStrategy[] | null {
  const { standings, context, markOf } = about;
  const found = new Map<string, QuietStrategy>();
  for (const [account, { strategies }] of Object.entries(state.accounts)) {
    for (const [line, { strategy: id, trades }] of strategies.entries()) {
      if (found.has(id)) return null;
      const held = ownOf(state.strategies, id) ?? null;
      const none = { offset: 0, units: 0, mark: 0 };
      if (!held) {
        found.set(id, { id, account, line, held, isGone: true, knownUntil: Number.POSITIVE_INFINITY, ...none });
        continue;
      }
      const isCounted = !trades || (trades.closed === held.trades?.closed && trades.wins === held.trades.wins);
      if (!isPriced(held.curve) || !isCounted || standings.get(held) === 'silent') return null;
      found.set(id, {
        id,
        account,
        line,
        held,
        isGone: standings.get(held) === 'gone',
        knownUntil: Number.POSITIVE_INFINITY,
        offset: floatOf(held.capital.minus(held.basePnl).minus(held.curve.unpriced)),
        units: floatOf(held.curve.units),
        mark: markOf(id, held),
      });
    }
  }
  for (const [id, held] of Object.entries(state.strategies)) {
    if (found.has(id)) continue;
    const standing = standings.get(held);
    const isCalm = isPriced(held.curve) && 1 - floatOf(held.curve.unitValue) / markOf(id, held) <= drawdown;
    if (standing === 'silent' || (standing === 'stated' && !isCalm)) return null;
    const isGone = standing === 'gone';
    const none = { offset: 0, units: 0, mark: 0 };
    found.set(id, { id, account: '', line: null, held, isGone, knownUntil: statedUntil(held, context), ...none });
  }
  for (const id of context.funded ?? []) {
    if (found.has(id)) continue;
    const none = { offset: 0, units: 0, mark: 0, knownUntil: Number.POSITIVE_INFINITY };
    found.set(id, { id, account: '', line: null, held: null, isGone: true, ...none });
  }
  return [...found.values()];
}

function isWinRateCalm(
  state: RiskState,
  sets: readonly LimitSet[],
  standings: ReadonlyMap<StrategyState, Standing>,
  at: Date,
): boolean {
  const limit = limitFor(sets, { measure: 'winRate', appliesTo: 'strategy', subject: null }, at);
  if (!limit) return true;
  return Object.values(state.strategies).every((held) => {
    const rate = strategyWinRate(held.outcomes);
    if (rate.kind === 'unknown' || standings.get(held) === 'gone') return true;
    return floatOf(limit.hard) <= calmOf(limit) * floatOf(rate.value);
  });
}

/** The first instant after `at` at which the day ends, a limit begins or ends, or a cleared episode is forgotten. */
function changesAt(state: RiskState, day: OpenDay, sets: readonly LimitSet[], at: Date): number {
  const instants = [
    day.end.getTime(),
    ...sets.map((set) => set.effectiveFrom.getTime()),
    ...sets.flatMap((set) =>
      set.limits.flatMap((l) => [l.startsAt, l.expiresAt].flatMap((one) => one?.getTime() ?? [])),
    ),
    ...Object.values(state.episodes).map((e) =>
      e.clearedAt ? e.clearedAt.getTime() + DAY_MS + 1 : Number.POSITIVE_INFINITY,
    ),
  ];
  return Math.min(...instants.filter((instant) => instant > at.getTime()));
}
