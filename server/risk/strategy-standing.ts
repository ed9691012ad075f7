import { type Decimal, ZERO } from '../kernel/decimal';
import { ownOf } from '../kernel/own';
import type { Change } from './episodes';
import { limitKey } from './limits';
import type { Position } from './measures';
import type { EvaluationContext, RiskState, StrategyState } from './state';
import { maxAgeMs } from './unknown';

/**
 * What can be said of a strategy's figures. `silent`: it has capital or holds something, and no sample states its P&L any
 * more, so that they are unknown. `gone`: it has no capital and holds nothing: nothing of it can breach.
 */
export type Standing = 'stated' | 'silent' | 'gone';

/** Until when the figures of a strategy count without being stated again. */
export const statedUntil = ({ statedAt }: StrategyState, context: EvaluationContext): number =>
  statedAt ? statedAt.getTime() + maxAgeMs(context.reportingIntervalMs) : Number.NEGATIVE_INFINITY;

export function standingOf(
  id: string,
  held: StrategyState,
  positions: readonly Position[],
  at: Date,
  context: EvaluationContext,
): Standing {
  const isHolding = () => positions.some((p) => p.strategy === id && !p.quantity.isZero());
  if (!isAtWork(context.capitalOf(id, at)) && !isHolding()) return 'gone';
  return at.getTime() <= statedUntil(held, context) ? 'stated' : 'silent';
}

const isAtWork = (capital: Decimal | null): boolean => capital?.gt(0) ?? false;

/** Strategies at work whose P&L was never stated: they have no curve, and what is not known of them is not within. */
export const neverStated = (state: RiskState, at: Date, { funded = [], capitalOf }: EvaluationContext): string[] =>
  funded.filter((id) => !ownOf(state.strategies, id) && isAtWork(capitalOf(id, at)));

/** Ends what stands against strategies that are gone: nobody could bring it back inside its limit. */
export function endOfGone(
  state: RiskState,
  positions: readonly Position[],
  at: Date,
  context: EvaluationContext,
): { state: RiskState; changes: Change[] } {
  const gone = Object.entries(state.strategies).filter(
    ([id, held]) => standingOf(id, held, positions, at, context) === 'gone',
  );
  if (gone.length === 0) return { state, changes: [] };
  const episodes = { ...state.episodes };
  const windows = { ...state.windows };
  const changes: Change[] = [];
  for (const [id] of gone) {
    for (const measure of ['drawdown', 'winRate'] as const) {
      const key = limitKey({ measure, scope: { kind: 'strategy', id }, subject: null });
      delete windows[key];
      const episode = episodes[key];
      if (!episode || episode.clearedAt) continue;
      episodes[key] = { ...episode, state: 'cleared', clearedAt: at, recovery: null, acceptedUntil: null };
      changes.push({ kind: 'cleared', key, at, tier: episode.tier, level: ZERO });
    }
  }
  return { state: { ...state, episodes, windows }, changes };
}
