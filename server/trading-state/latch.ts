export const TRADING_STATES = ['ACTIVE', 'REDUCING', 'HALTED'] as const;
/** ACTIVE; REDUCING (only orders that shrink a position); HALTED (strategies send nothing, cancels and exits pass). */
export type TradingState = (typeof TRADING_STATES)[number];

/**
 * How a latch may be lifted. `fresh-samples` (3 within limits) and `timed` (at its earliest exit) lift by themselves;
 * `episode` when its breach clears or by a risk officer; `lease` by a risk officer once the engine answers; the others take
 * people.
 */
export type ExitRule = 'one-person' | 'two-people' | 'fresh-samples' | 'timed' | 'episode' | 'lease';

/** What put a latch on: a breach, data that went stale, an emergency, a person, an expired lease. */
export type LatchCause = {
  kind: 'breach' | 'stale' | 'emergency' | 'person' | 'lease' | 'executions';
  id: string;
  label: string;
};

export type LatchScope = {
  kind: 'firm' | 'portfolio' | 'strategy';
  portfolioId: string | null;
  strategyId: string | null;
};

export type Latch = {
  id: string;
  scope: LatchScope;
  state: 'REDUCING' | 'HALTED';
  cause: LatchCause;
  reason: string;
  exitRule: ExitRule;
  earliestExitAt: Date | null;
  openedAt: Date;
  liftedAt: Date | null;
};

const RANK: Record<TradingState, number> = { ACTIVE: 0, REDUCING: 1, HALTED: 2 };

export const stricterOf = (a: TradingState, b: TradingState): TradingState => (RANK[a] >= RANK[b] ? a : b);

/** True when a latch restricts a place: its own scope, or one that contains it. */
export function coversPlace(latch: Latch, place: { portfolioId: string; strategyId: string | null }): boolean {
  if (latch.scope.kind === 'firm') return true;
  if (latch.scope.portfolioId !== place.portfolioId) return false;
  return latch.scope.kind === 'portfolio' || latch.scope.strategyId === place.strategyId;
}

/** The latches that are on at a place, strictest first, then oldest. */
export const latchesOn = (
  latches: readonly Latch[],
  place: { portfolioId: string; strategyId: string | null },
): Latch[] =>
  latches
    .filter((latch) => latch.liftedAt === null && coversPlace(latch, place))
    .sort((a, b) => RANK[b.state] - RANK[a.state] || a.openedAt.getTime() - b.openedAt.getTime());

/** The effective state of a place: the strictest latch over firm, portfolio and strategy; ACTIVE without any. */
export const effectiveState = (
  latches: readonly Latch[],
  place: { portfolioId: string; strategyId: string | null },
): TradingState => latchesOn(latches, place)[0]?.state ?? 'ACTIVE';

/**
 * What the latches of one scope alone ask for: firm and portfolio for the whole portfolio, for a strategy only its own.
 *
 * Engines keep the whole and each strategy apart and obey the stricter. A strategy that was told what its portfolio's latch
 * asks for would keep it when that one is lifted.
 */
export const ownState = (latches: readonly Latch[], scope: LatchScope): TradingState =>
  scope.kind === 'strategy'
    ? effectiveState(
        latches.filter((latch) => latch.scope.kind === 'strategy'),
        { portfolioId: scope.portfolioId ?? '', strategyId: scope.strategyId },
      )
    : effectiveState(latches, { portfolioId: scope.portfolioId ?? '', strategyId: null });

/** True for an order that shrinks |position| of its strategy and instrument and never crosses zero. */
export function isReducing(position: number, order: number): boolean {
  return position !== 0 && Math.sign(order) === -Math.sign(position) && Math.abs(order) <= Math.abs(position);
}
