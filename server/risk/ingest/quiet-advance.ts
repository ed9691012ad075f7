import { Decimal, ZERO } from '../../kernel/decimal';
import { ownOf, putOwn } from '../../kernel/own';
import { advanceCurve, closedMark, type EquityCurve, markToday } from '../equity-curve';
import { componentPnl } from '../reconciliation/reconciliation';
import { type AccountRow, cashOf, heldOf, pnlOfLine, totalsOf } from '../samples';
import type { EvaluationContext, Lookback, OpenDay, RiskState, StrategyState } from '../state';
import { highestOn } from '../strategy-curve';
import type { Derived } from './derived';
import { floatOf } from './float-of';

/**
 * The state after rows that `quietLength` found quiet: curves, day and points advance as `evaluateSample` advances them,
 * in decimals; verdicts are left out. Windows are not fed: at least as many samples as they hold must follow one by one.
 */
export function advanceQuiet(
  state: RiskState,
  rows: readonly AccountRow[],
  { basis }: EvaluationContext,
  lookback: Lookback,
): { state: RiskState; derived: Derived[] } {
  const accounts = { ...state.accounts };
  const { cumulativeFlow } = state;
  const day = state.day as OpenDay;
  let curve = state.curve as EquityCurve;
  let highest = day.maxUnitValue;
  const closed = closedMark(basis, curve, lookback.days, day.key);
  const strategies = new Map<string, StrategyRun>();
  const derived: Derived[] = [];
  // What one account holds is the portfolio's, and of its rows only the newest stands.
  const isAlone = Object.keys(accounts).length === 1;
  for (const row of rows) {
    if (!isAlone) accounts[row.account] = heldOf(row);
    const { equity, cash } = isAlone ? { equity: row.equity, cash: cashOf(row) } : totalsOf(Object.values(accounts));
    curve = advanceCurve(curve, { equity, netFlow: ZERO, at: row.asOf, setsMark: true });
    if (curve.unitValue.gt(highest)) highest = curve.unitValue;
    lookback.points.push({ at: row.asOf, equity, cumulativeFlow });
    derived.push({
      row,
      suspect: false,
      evaluated: true,
      equity,
      cash,
      unitValue: curve.unitValue,
      mark: markToday(basis, curve, closed, highest),
      cumulativeFlow,
    });
    for (const line of row.strategies) {
      const held = ownOf(state.strategies, line.strategy);
      if (!held) continue;
      const run = strategies.get(line.strategy) ?? new StrategyRun(held, day.key);
      strategies.set(line.strategy, run);
      run.take(pnlOf(line), line, row.asOf);
    }
  }
  const last = derived.at(-1);
  if (!last) return { state, derived };
  if (isAlone) accounts[last.row.account] = heldOf(last.row);
  const advanced = Object.fromEntries([...strategies].map(([id, run]) => [id, run.end()]));
  // A line counts as stated again with every sample of the portfolio, as long as its account is not silent.
  for (const { strategy } of Object.values(accounts).flatMap((account) => account.strategies)) {
    const held = ownOf(advanced, strategy) ?? ownOf(state.strategies, strategy);
    if (held) putOwn(advanced, strategy, { ...held, statedAt: last.row.asOf });
  }
  return {
    derived,
    state: {
      ...state,
      accounts,
      curve,
      mark: basis === 'since-start' ? undefined : last.mark,
      sanity: { sane: { at: last.row.asOf, equity: last.equity }, suspect: null },
      day: { ...day, maxUnitValue: highest },
      last: {
        at: last.row.asOf,
        equity: last.equity,
        cash: last.cash,
        suspect: false,
        pnl: componentPnl(Object.values(accounts)),
      },
      strategies: { ...state.strategies, ...advanced },
    },
  };
}

type Line = AccountRow['strategies'][number];
const pnlOf = (line: Line): number => floatOf(line.realised) + floatOf(line.unrealised) - floatOf(line.fees);

/**
 * A strategy's curve over a stretch with one capital. Its mark is where P&L was highest, and so is the highest of the day:
 * floats pass over what is plainly under the highest of the day so far, decimals decide the rest.
 */
class StrategyRun {
  private curve: EquityCurve;
  private best: number;
  private highest: Decimal;
  private readonly capital: number;
  private newest: { line: Line; at: Date } | null = null;

  constructor(
    private readonly held: StrategyState,
    private readonly day: string,
  ) {
    const { curve, capital, basePnl } = held;
    this.curve = curve;
    this.highest = highestOn(held, day);
    this.capital = floatOf(capital);
    // The P&L at which the highest of the day, or a mark under it, would be reached.
    const lowest = Decimal.min(this.highest, curve.mark);
    this.best = floatOf(lowest.mul(curve.units).plus(curve.unpriced).minus(capital).plus(basePnl));
  }

  take(pnl: number, line: Line, at: Date): void {
    this.newest = { line, at };
    const slack = (Math.abs(this.best) + Math.abs(pnl) + this.capital) * 1e-12;
    if (pnl < this.best - slack) return;
    this.best = Math.max(this.best, pnl);
    this.curve = this.curveAt(line, at);
    this.highest = Decimal.max(this.highest, this.curve.unitValue);
  }

  end(): StrategyState {
    const { line, at } = this.newest as { line: Line; at: Date };
    const highest = { day: this.day, unitValue: this.highest };
    return { ...this.held, curve: this.curveAt(line, at), equity: this.equityAt(line), highest };
  }

  private equityAt = (line: Line): Decimal => this.held.capital.plus(pnlOfLine(line)).minus(this.held.basePnl);

  private curveAt = (line: Line, at: Date): EquityCurve =>
    advanceCurve(this.curve, { equity: this.equityAt(line), netFlow: ZERO, at, setsMark: true });
}
