import 'server-only';
import { cutCapital } from '../../capital/actions';
import { queueCommand } from '../../engines/command-actions';
import type { CommandCause } from '../../engines/command-store';
import type { Actor } from '../../kernel/actor';
import { type Decimal, moneyText } from '../../kernel/decimal';
import type { Tx } from '../../kernel/transaction';
import type { LoadedContext, StrategyName } from '../ingest/context-store';

/** The key under which an action cut the capital of a strategy: that it exists is how a release knows what was taken. */
export const cutKey = (actionId: string, strategyId: string): string =>
  `breach-action:${actionId}:capital:${strategyId}`;

/** Engines that run a strategy: its own where it trades, else every engine of the portfolio. */
export const enginesOf = (strategy: StrategyName | undefined, engines: readonly string[]): readonly string[] =>
  strategy?.engineId && engines.includes(strategy.engineId) ? [strategy.engineId] : engines;

/**
 * Shrinks the capital of these strategies by a factor and tells the engines that run them, else a strategy buys back what
 * was sold, or one that was flat buys on under the breach. Returns the commands; a strategy without capital is left out.
 */
export async function shrinkCapital(
  tx: Tx,
  strategies: readonly StrategyName[],
  factor: Decimal,
  about: { loaded: LoadedContext; engines: readonly string[]; actionId: string; cause: CommandCause; actor: Actor },
): Promise<string[]> {
  const { loaded, engines, actionId, cause, actor } = about;
  const ids: string[] = [];
  for (const strategy of strategies) {
    const capital = await cutCapital(tx, {
      portfolioId: loaded.portfolio.id,
      strategyId: strategy.id,
      factor,
      key: actionId,
    });
    if (!capital) continue;
    const key = cutKey(actionId, strategy.id);
    for (const [place, engineId] of enginesOf(strategy, engines).entries()) {
      ids.push(
        await queueCommand(tx, {
          cause,
          actor,
          engineId,
          type: 'set_capital',
          scope: { kind: 'strategy', strategies: [strategy.ref] },
          params: { strategy: strategy.ref, capital: moneyText(capital) },
          idempotencyKey: place === 0 ? key : `${key}:${engineId}`,
        }),
      );
    }
  }
  return ids;
}
