import type { Decimal } from '../../kernel/decimal';
import { countUntil, referenceAt } from '../loss-reference';
import type { Position } from '../measures';
import type { AccountHeld, AccountRow, StrategyLine } from '../samples';
import type { EvaluationContext, Lookback, RiskState } from '../state';
import { maxAgeMs } from '../unknown';
import { floatOf } from './float-of';
import { type QuietBounds, quietBounds } from './quiet-bounds';

const DAY_MS = 86_400_000;
/** Under the 3 % of a suspect tick by more than a float can be wrong. */
const CALM_MOVE = 0.0299;

/**
 * An account's share of the portfolio in floats; `gross` by instrument, `pnl` by strategy, in the order of its row. Two per
 * account are filled in turn: a stretch has thousands of rows.
 */
type Side = { at: number; equity: number; cash: number; gross: Float64Array; pnl: Float64Array; held: AccountHeld };

/**
 * How many rows from `from` on are plainly uneventful: live, in order, without a flow, a closed trade or a jump, and every
 * measure of theirs under four fifths of its limit by more than a float can be wrong. 0 where the state itself is not calm.
 *
 * Such rows move curves and windows and open, drive or end nothing, so that most of them need no verdicts. Whatever is
 * near anything is left to decimals.
 */
export function quietLength(
  state: RiskState,
  rows: readonly AccountRow[],
  from: number,
  context: EvaluationContext,
  lookback: Lookback,
): number {
  const first = rows[from];
  if (first?.kind !== 'live') return 0;
  const bounds = quietBounds(state, first.asOf, context, lookback);
  if (!bounds) return 0;
  const screen = new Screen(state, context, lookback, bounds);
  let length = 0;
  while (from + length < rows.length && screen.passes(rows[from + length] as AccountRow)) length += 1;
  return length;
}

class Screen {
  private readonly sides = new Map<string, Side>();
  /** The side of each account that the next row of it fills. */
  private readonly spare = new Map<string, Side>();
  private readonly unitOffset: number;
  private readonly units: number;
  private readonly maxAge: number;
  private mark: number;
  private equity: number;
  private at: number;
  private readonly beganAt: number;
  private place = -1;
  private readonly strategyMarks: Float64Array;
  /** Strategies that are gone and appear in rows all the same. */
  private readonly ofGone: ReadonlySet<string>;
  private readonly gross: Float64Array;
  /** Where each position of an account is summed: the same instrument of two strategies or accounts is one. */
  private readonly slots = new Map<string, number[]>();

  constructor(
    private readonly state: RiskState,
    private readonly context: EvaluationContext,
    private readonly lookback: Lookback,
    private readonly bounds: QuietBounds,
  ) {
    const { curve, sanity } = bounds;
    this.unitOffset = floatOf(curve.unpriced);
    this.units = floatOf(curve.units);
    this.mark = bounds.mark;
    this.equity = floatOf(sanity.equity);
    this.at = sanity.at.getTime();
    this.beganAt = this.at;
    this.maxAge = maxAgeMs(context.reportingIntervalMs);
    this.strategyMarks = Float64Array.from(bounds.strategies, (s) => s.mark);
    const gone = new Set(bounds.strategies.filter((s) => s.isGone && s.held).map((s) => s.id));
    const isHeld = Object.values(state.accounts).some((a) => a.positions.some((p) => gone.has(p.strategy)));
    this.ofGone = isHeld ? gone : new Set();
    this.gross = new Float64Array(bounds.instruments.length);
    for (const [id, held] of Object.entries(state.accounts)) {
      this.sides.set(id, filled(emptySide(held), held));
      this.spare.set(id, emptySide(held));
      this.slots.set(
        id,
        held.positions.map((p) => bounds.instruments.indexOf(p.instrument)),
      );
    }
  }

  /** True when the row is quiet; the screen then stands after it. */
  passes(row: AccountRow): boolean {
    const before = this.sides.get(row.account);
    const at = row.asOf.getTime();
    if (!before || row.kind !== 'live' || row.flows.length > 0 || at < this.at || at >= this.bounds.until) return false;
    // Points of this very stretch are not looked back on here.
    if (at - DAY_MS >= this.beganAt || !sameShape(before.held, row)) return false;
    const side = filled(this.spare.get(row.account) as Side, row);
    this.sides.set(row.account, side);
    const passes = this.isFresh(at) && this.isWithin(at) && this.areStrategiesWithin(row.asOf);
    if (passes) this.at = at;
    else this.sides.set(row.account, before);
    this.spare.set(row.account, passes ? before : side);
    return passes;
  }

  private isFresh(at: number): boolean {
    for (const account of this.context.accounts) {
      const side = this.sides.get(account);
      if (!side || at - side.at > this.maxAge) return false;
    }
    return true;
  }

  private isWithin(at: number): boolean {
    const { loss, cash } = this.bounds;
    let equity = 0;
    let held = 0;
    for (const side of this.sides.values()) {
      equity += side.equity;
      held += side.cash;
    }
    if (!(equity > 0) || Math.abs(equity - this.equity) > CALM_MOVE * this.equity) return false;
    const unit = (equity - this.unitOffset) / this.units;
    const mark = Math.max(this.mark, unit);
    if (!(1 - unit / mark <= this.bounds.drawdown)) return false;
    const { start, base } = this.bounds.day;
    if (!(start - equity <= loss * base) || !this.isRollingLossWithin(equity, at)) return false;
    if (this.bounds.statesCash && !(held >= cash * equity)) return false;
    if (!this.arePositionsWithin(equity)) return false;
    this.mark = mark;
    this.equity = equity;
    return true;
  }

  private arePositionsWithin(equity: number): boolean {
    this.gross.fill(0);
    for (const [account, { gross }] of this.sides) {
      const slots = this.slots.get(account) as number[];
      for (let i = 0; i < gross.length; i += 1) {
        const slot = slots[i] as number;
        this.gross[slot] = (this.gross[slot] as number) + (gross[i] as number);
      }
    }
    const { position } = this.bounds;
    for (let i = 0; i < position.length; i += 1) {
      if (!((this.gross[i] as number) <= (position[i] as number) * equity)) return false;
    }
    return true;
  }

  private isRollingLossWithin(equity: number, at: number): boolean {
    const { points } = this.lookback;
    const wanted = at - DAY_MS;
    if (this.place < 0) this.place = countUntil(points, wanted);
    while (this.place < points.length && (points[this.place] as { at: Date }).at.getTime() <= wanted) this.place += 1;
    const found = referenceAt(points, this.place, wanted, this.context);
    // The first sample of this very stretch would be the reference: in full, then.
    if (!found) return false;
    const { point } = found;
    const flow = floatOf(this.state.cumulativeFlow) - floatOf(point.cumulativeFlow);
    const withdrawn = Math.max(0, -flow);
    const start = floatOf(point.equity);
    return start - withdrawn > 0 && start + flow - equity <= this.bounds.loss * (start - withdrawn);
  }

  private areStrategiesWithin(at: Date): boolean {
    const { strategies, strategyDrawdown } = this.bounds;
    if (this.ofGone.size > 0 && !this.isNothingHeldByGone()) return false;
    for (let i = 0; i < strategies.length; i += 1) {
      const s = strategies[i] as QuietBounds['strategies'][number];
      const capital = this.context.capitalOf(s.id, at);
      // Unknown from here, or gone: the full evaluation says which.
      if (!s.isGone && at.getTime() > s.knownUntil) return false;
      if (s.isGone) {
        // Measured again, or unknown, from here.
        if (capital?.gt(0)) return false;
      } else if (capital !== null && s.held && !sameDecimal(capital, s.held.capital)) return false;
      if (s.line === null || !s.held) continue;
      const side = this.sides.get(s.account) as Side;
      const unit = (s.offset + (side.pnl[s.line] as number)) / s.units;
      const mark = Math.max(this.strategyMarks[i] as number, unit);
      if (!(unit > 0) || !(s.isGone || 1 - unit / mark <= strategyDrawdown)) return false;
      this.strategyMarks[i] = mark;
    }
    return true;
  }

  /** A strategy that is gone is measured again as soon as it holds something. */
  private isNothingHeldByGone(): boolean {
    for (const { held } of this.sides.values()) {
      for (const { strategy, quantity } of held.positions) {
        if (this.ofGone.has(strategy) && !quantity.isZero()) return false;
      }
    }
    return true;
  }
}

const emptySide = (held: AccountHeld): Side => ({
  at: 0,
  equity: 0,
  cash: 0,
  gross: new Float64Array(held.positions.length),
  pnl: new Float64Array(held.strategies.length),
  held,
});

/** The side with what an account holds now, of the shape it was made for. */
function filled(side: Side, held: AccountHeld): Side {
  const { gross, pnl } = side;
  for (let i = 0; i < gross.length; i += 1) {
    const { quantity, price, multiplier, fx } = held.positions[i] as Position;
    gross[i] = Math.abs(floatOf(quantity) * floatOf(price) * floatOf(multiplier) * floatOf(fx));
  }
  for (let i = 0; i < pnl.length; i += 1) {
    const { realised, unrealised, fees } = held.strategies[i] as StrategyLine;
    pnl[i] = floatOf(realised) + floatOf(unrealised) - floatOf(fees);
  }
  side.at = held.asOf.getTime();
  side.equity = floatOf(held.equity);
  side.cash = cashOfSide(held, gross);
  side.held = held;
  return side;
}

/** `cashOf` in floats; NaN where cash is not stated. */
function cashOfSide(held: AccountHeld, gross: Float64Array): number {
  const { cash, equity, isFreeOfProceeds, initialMargin, positions } = held;
  let free = cash ? floatOf(cash) : Number.NaN;
  if (isFreeOfProceeds) return free;
  for (let i = 0; i < gross.length; i += 1) if (positions[i]?.quantity.isNegative()) free -= gross[i] as number;
  return initialMargin ? Math.min(free, floatOf(equity) - floatOf(initialMargin)) : free;
}

const sameDecimal = (a: Decimal, b: Decimal): boolean => a === b || a.eq(b);

/** The same instruments and strategies in the same order, cash stated as before, and no trade closed. */
function sameShape(before: AccountHeld, row: AccountRow): boolean {
  if ((before.cash === null) !== (row.cash === null)) return false;
  if (before.positions.length !== row.positions.length || before.strategies.length !== row.strategies.length)
    return false;
  for (let i = 0; i < row.positions.length; i += 1) {
    const a = before.positions[i];
    const b = row.positions[i];
    if (a?.instrument !== b?.instrument || a?.strategy !== b?.strategy) return false;
  }
  for (let i = 0; i < row.strategies.length; i += 1) {
    const a = before.strategies[i];
    const b = row.strategies[i];
    if (a?.strategy !== b?.strategy || (a?.trades === null) !== (b?.trades === null)) return false;
    if (a?.trades?.closed !== b?.trades?.closed || a?.trades?.wins !== b?.trades?.wins) return false;
  }
  return true;
}
