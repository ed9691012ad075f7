import { z } from 'zod';
import { Decimal, parseDecimal } from '../../kernel/decimal';
import { isStorable, NOT_STORABLE } from '../../kernel/storable-text';
import { fractionProblem } from './fraction';
import type { Binding, CannotSize, Edge, Sizing, Volatility } from './sizing';

/** A fraction between 0 and 1: 54 % is written 0.54. */
export const fractionInput = z.union([z.string().max(40), z.number()]).transform((raw, context) => {
  const problem = fractionProblem(raw);
  if (problem === null) return parseDecimal(raw)!;
  context.addIssue({ code: 'custom', message: problem });
  return z.NEVER;
});

const decimalInput = z.union([z.string().max(60), z.number()]).transform((raw, context) => {
  const value = parseDecimal(raw);
  if (value) return value;
  context.addIssue({ code: 'custom', message: 'must be a decimal number' });
  return z.NEVER;
});

/** Figures to size with instead of the house's own: a question of "what if", which never reserves. */
export const Assumptions = z.object({
  winRate: fractionInput.optional(),
  meanWin: decimalInput.optional(),
  meanLoss: decimalInput.optional(),
  trades: z.number().int().nonnegative().max(1_000_000).optional(),
  volatility: fractionInput.optional(),
});
export type Assumptions = z.infer<typeof Assumptions>;

const instrument = z.string().trim().min(1, 'Choose an instrument.').max(100).refine(isStorable, NOT_STORABLE);
const asked = {
  instrument,
  side: z.enum(['long', 'short']).default('long'),
  assume: Assumptions.default({}),
  /** Holds the amount for 60 s, so that no second caller can spend it. */
  reserve: z.boolean().default(false),
};

/** A sizing as a page asks for it. */
export const SizeForStrategy = z.object({ strategyId: z.uuid('Choose a strategy.'), ...asked });
/** A sizing as a machine asks for it; `strategy` is the engine's name. */
export const SizeByName = z.object({
  portfolioId: z.uuid().optional(),
  strategy: z.string().trim().min(1).max(100).refine(isStorable, NOT_STORABLE),
  ...asked,
});
export type SizingWish = { instrument: string; side: 'long' | 'short'; assume: Assumptions; reserve: boolean };

export type TraceView = {
  step: string;
  formula: string;
  /** Of capital; null where it has no share. */
  share: string | null;
  amount: string;
  /** What the step took away; null where it took nothing. */
  cut: string | null;
  isBinding: boolean;
};

/** A sizing as it is answered, kept and shown. Decimals are text; null is unknown. */
export type SizingView = {
  id: string;
  at: string;
  currency: string;
  strategyId: string;
  strategyName: string;
  releaseVersion: string | null;
  launchNumber: string | null;
  instrument: string;
  side: 'long' | 'short';
  kind: Sizing['kind'];
  code: CannotSize | null;
  reason: string | null;
  /** Target of the position, a gross notional in base currency; null where it cannot be sized. */
  size: string | null;
  /** Signed: a short is negative. */
  quantity: string | null;
  shareOfEquity: string | null;
  binding: Binding | null;
  /** Which of cash, strategy capital and position limit was the least. */
  availableBinding: 'cash' | 'capital' | 'position' | null;
  isHypothetical: boolean;
  trace: TraceView[];
  inputs: {
    edge: {
      winRate: string;
      meanWin: string;
      meanLoss: string | null;
      trades: number;
      source: string;
      isOfNotional: true;
    } | null;
    minimumTrades: number;
    volatility: { fraction: string; newestDay: string } | { unknown: string };
    targetVolatility: string;
    price: { value: string; at: string; source: string } | null;
    /** Multiplier x FX; null where nobody has said. */
    unit: { value: string; source: string } | null;
    lot: { value: string; isRegistered: boolean };
    equity: string | null;
    dataAsOf: string | null;
    allocation: string | null;
    tranche: number | null;
    capital: { sent: string; current: string | null; used: string; scale: string } | null;
    available: {
      cash: string | null;
      cashReserve: string | null;
      promised: string;
      promisedToStrategy: string;
      strategyGross: string;
      positionRoom: string | null;
      ownUse: string;
      amount: string | null;
    };
    position: { quantity: string; averagePrice: string | null; since: string | null };
  };
  reservation: { id: string; clientOrderId: string; amount: string; expiresAt: string } | null;
};

/** The trace as it is shown: which line was binding, and what each took away from the one before. */
export function traceView(sizing: Sizing): TraceView[] {
  let before: Decimal | null = null;
  return sizing.trace.map((line) => {
    const amount = line.amount.toDecimalPlaces(2, Decimal.ROUND_DOWN);
    const taken = before?.gt(amount) ? before.minus(amount) : null;
    // Full Kelly is a share of capital that nobody takes: what is lost on the way to it is not a cut.
    before = line.step === 'capital' ? null : amount;
    return {
      step: line.step,
      formula: line.formula,
      share: line.share?.toFixed(12) ?? null,
      amount: amount.toFixed(2),
      cut: taken?.toFixed(2) ?? null,
      isBinding: sizing.kind === 'sized' && sizing.binding === line.step,
    };
  });
}

/** The edge with what was assumed instead; null stays null unless everything needed was assumed. */
export function assumedEdge(edge: Edge | null, assume: Assumptions): Edge | null {
  const { winRate, meanWin, meanLoss, trades } = assume;
  if (!winRate && !meanWin && !meanLoss && trades === undefined) return edge;
  if (!edge && !(winRate && meanWin && meanLoss && trades !== undefined)) return null;
  return {
    winRate: winRate ?? edge!.winRate,
    meanWin: meanWin ?? edge!.meanWin,
    meanLoss: meanLoss ?? edge!.meanLoss,
    trades: trades ?? edge!.trades,
    source: 'assumed',
  };
}

export const assumedVolatility = (volatility: Volatility, assume: Assumptions): Volatility =>
  assume.volatility ? { kind: 'value', fraction: assume.volatility, observations: 30, source: 'assumed' } : volatility;

export const isHypothetical = (assume: Assumptions): boolean => Object.values(assume).some((v) => v !== undefined);
