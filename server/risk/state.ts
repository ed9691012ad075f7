import { type Decimal, ZERO } from '../kernel/decimal';
import type { Calendar } from './calendar';
import type { ConfirmationRules, Window } from './confirmation';
import type { Episode } from './episodes';
import type { DayOfCurve, DrawdownBasis, EquityCurve } from './equity-curve';
import type { LimitSet } from './limit-definition';
import type { LossWindow } from './measures';
import type { Unsettled } from './portfolio-flow';
import type { AccountHeld } from './samples';
import { NO_SANITY, type Sanity } from './tick-sanity';

/** The session day that runs, and what daily loss is measured from in it. */
export type OpenDay = LossWindow & {
  key: string;
  start: Date;
  end: Date;
  maxUnitValue: Decimal;
};

/** A strategy's own curve: its capital plus attributed P&L, unitised, so that a promotion never moves it. */
export type StrategyState = {
  curve: EquityCurve;
  capital: Decimal;
  /** P&L when its capital was given or changed; equity counts from there. */
  basePnl: Decimal;
  equity: Decimal;
  /** The highest unit value of the session day on which its P&L was stated last; absent in a state of an earlier version. */
  highest?: { day: string; unitValue: Decimal };
  /** The newest sample that stated its P&L; absent in a state of an earlier version. */
  statedAt?: Date;
  trades: { closed: number; wins: number } | null;
  /** Closed trades in the order seen, newest last, covering the last 100. */
  outcomes: { closed: number; wins: number }[];
};

/** Where equity and the P&L of the strategies agreed last: what both are compared from. */
export type Reconciled = { at: Date; equity: Decimal; pnl: Decimal; cumulativeFlow: Decimal };

/** Everything that must survive a restart; a pure fold over samples, see `evaluator.ts`. */
export type RiskState = {
  accounts: Record<string, AccountHeld>;
  curve: EquityCurve | null;
  /** The mark that drawdown falls from where its basis is not since start; left out there, see `markIn`. */
  mark?: Decimal;
  /** True once a live sample was evaluated. */
  live: boolean;
  sanity: Sanity;
  /** Levels of a suspect sample, which count only if the next sample agrees. */
  held: { at: Date; levels: Record<string, Decimal> } | null;
  day: OpenDay | null;
  last: { at: Date; equity: Decimal; cash: Decimal | null; suspect: boolean; pnl?: Decimal | null } | null;
  /** Consecutive sane samples with equity at or under 0. */
  nonPositive: number;
  /** Flows that came with samples which could not be evaluated. */
  pendingFlow: Decimal;
  /** Since the beginning: the difference of two instants is the flow between them. */
  cumulativeFlow: Decimal;
  /** What left an account in rows that not every account has come up to yet; left out where there is none. */
  unsettled?: Unsettled[];
  /** How often late rows were folded in: a state kept from before may lack them. */
  refolds?: number;
  windows: Record<string, Window>;
  episodes: Record<string, Episode>;
  strategies: Record<string, StrategyState>;
  /** Null until the components were stated once; absent in a state of an earlier version. */
  reconciled?: Reconciled | null;
  /** When people rebased a high-water mark, by strategy (empty: the portfolio's own); absent before the first. */
  rebased?: Record<string, Date>;
};

export const EMPTY_STATE: RiskState = {
  accounts: {},
  curve: null,
  live: false,
  sanity: NO_SANITY,
  held: null,
  day: null,
  last: null,
  nonPositive: 0,
  pendingFlow: ZERO,
  cumulativeFlow: ZERO,
  windows: {},
  episodes: {},
  strategies: {},
};

/** The mark that the newest sample was judged by, under the basis in force then; null before the first. */
export const markIn = ({ mark, curve }: RiskState): Decimal | null => mark ?? curve?.mark ?? null;

/** One accepted sample as the rolling 24 h window looks back at it. */
export type Point = { at: Date; equity: Decimal; cumulativeFlow: Decimal };

/** What the fold needs besides samples; all given, nothing read. */
export type EvaluationContext = {
  portfolioId: string;
  /** Every account the portfolio has: one that is silent makes the portfolio unknown. */
  accounts: readonly string[];
  zone: string;
  sessionStart: string;
  calendar: Calendar;
  /** Three of them are the oldest a sample may be in session: the portfolio's, or what an age of its own stands for. */
  reportingIntervalMs: number;
  /** Counts of confirmation that the limit set sets apart; left out where all are the default. */
  confirmation?: ConfirmationRules;
  basis: DrawdownBasis;
  sets: readonly LimitSet[];
  /** Strategies that were given capital at some time: whose P&L nobody states is unknown while it is in force. */
  funded?: readonly string[];
  /** Capital of a strategy in force at an instant; null before its first tranche. */
  capitalOf: (strategy: string, at: Date) => Decimal | null;
};

/**
 * History the fold looks back on and extends: points of the last 24 h and more, oldest first, and closed days of the
 * portfolio's own curve and of each strategy's.
 */
export type Lookback = { points: Point[]; days: DayOfCurve[]; strategyDays?: Record<string, DayOfCurve[]> };
