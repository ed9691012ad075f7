import 'server-only';
import { queueCommand } from '../../engines/command-actions';
import type { CommandCause } from '../../engines/command-store';
import { listEngines, lockEngine } from '../../engines/store';
import type { Actor } from '../../kernel/actor';
import type { Tx } from '../../kernel/transaction';
import { type LatchScope, ownState, stricterOf, type TradingState } from '../../trading-state/latch';
import { listOpenLatches } from '../../trading-state/store';
import type { StrategyName } from '../ingest/context-store';

/** Engines of a portfolio that trade: approved, enabled, no drill targets. */
export async function tradingEngines(tx: Tx, portfolioId: string) {
  const engines = await listEngines([portfolioId], tx);
  return engines.filter(
    (engine) =>
      engine.approvedAt && !engine.disabledAt && !engine.isDrillTarget && engine.roles.includes('trading_engine'),
  );
}

const COMMAND: Record<TradingState, 'resume' | 'reduce_only' | 'halt'> = {
  ACTIVE: 'resume',
  REDUCING: 'reduce_only',
  HALTED: 'halt',
};

const RANK: Record<string, number> = { resume: 0, reduce_only: 1, halt: 2 };

/** True when an engine was told less than holds: what was never told is as if it had been told to trade. */
export const isLaxer = (told: string | undefined, holds: TradingState): boolean =>
  (RANK[told ?? 'resume'] ?? 0) < (RANK[COMMAND[holds]] ?? 0);

type StateOrder = {
  portfolioId: string;
  scope: LatchScope;
  atLeast?: TradingState;
  strategies: readonly StrategyName[];
  cause: CommandCause;
  key: string;
  actor: Actor;
};

/**
 * Tells every engine of the place which trading state holds there now, once per `key`: the strictest latch of that very
 * scope, or `atLeast` where a latch that was called for could not be set. Returns the command ids; none when no engine is
 * registered, which the watch over commands tells people.
 */
export async function commandState(tx: Tx, order: StateOrder): Promise<string[]> {
  const engines = await tradingEngines(tx, order.portfolioId);
  const strategy = order.strategies.find((s) => s.id === order.scope.strategyId);
  const concerned = strategy?.engineId ? engines.filter((engine) => engine.id === strategy.engineId) : engines;
  const ids: string[] = [];
  for (const engine of concerned) ids.push(await commandPlace(tx, engine.id, order));
  return ids;
}

/** Tells one engine what holds at a place, as `commandState` does; returns the command's id. */
export async function commandPlace(tx: Tx, engineId: string, order: StateOrder): Promise<string> {
  const { portfolioId } = order;
  const strategy = order.strategies.find((s) => s.id === order.scope.strategyId);
  // The lock comes before the look: a latch set by now is seen, a later one is told after this with a higher epoch.
  await lockEngine(tx, engineId);
  const held = ownState(await listOpenLatches([portfolioId], tx), { ...order.scope, portfolioId });
  return queueCommand(tx, {
    engineId,
    type: COMMAND[stricterOf(held, order.atLeast ?? 'ACTIVE')],
    scope: strategy ? { kind: 'strategy', strategies: [strategy.ref] } : { kind: 'portfolio', strategies: null },
    cause: order.cause,
    idempotencyKey: `${order.key}:${engineId}`,
    actor: order.actor,
  });
}
