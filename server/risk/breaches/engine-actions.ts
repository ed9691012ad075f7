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

/**
 * Tells every engine of the place which trading state holds there now, once per `key`: the strictest latch of that very
 * scope, or `atLeast` where a latch that was called for could not be set. Returns the command ids; none when no engine is
 * registered, which the watch over commands tells people.
 */
export async function commandState(
  tx: Tx,
  order: {
    portfolioId: string;
    scope: LatchScope;
    atLeast?: TradingState;
    strategies: readonly StrategyName[];
    cause: CommandCause;
    key: string;
    actor: Actor;
  },
): Promise<string[]> {
  const engines = await tradingEngines(tx, order.portfolioId);
  const strategy = order.strategies.find((s) => s.id === order.scope.strategyId);
  const concerned = strategy?.engineId ? engines.filter((engine) => engine.id === strategy.engineId) : engines;
  const ids: string[] = [];
  for (const engine of concerned) {
    // The lock comes before the look: a latch set by now is seen, a later one is told after this with a higher epoch.
    await lockEngine(tx, engine.id);
    const held = ownState(await listOpenLatches([order.portfolioId], tx), {
      ...order.scope,
      portfolioId: order.portfolioId,
    });
    ids.push(
      await queueCommand(tx, {
        engineId: engine.id,
        type: COMMAND[stricterOf(held, order.atLeast ?? 'ACTIVE')],
        scope: strategy ? { kind: 'strategy', strategies: [strategy.ref] } : { kind: 'portfolio', strategies: null },
        cause: order.cause,
        idempotencyKey: `${order.key}:${engine.id}`,
        actor: order.actor,
      }),
    );
  }
  return ids;
}
