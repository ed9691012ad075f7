import 'server-only';
import { recordEvent } from '../../audit/record';
import type { OrderUpdate } from '../../capital/order-update';
import { authorize } from '../../identity/authorize';
import type { Actor } from '../../kernel/actor';
import { inTransaction } from '../../kernel/transaction';
import type { StrategyName } from '../ingest/context-store';
import { raiseOnce, type Telling } from './order-denied-actions';
import { isExit } from './order-entry-actions';
import { rememberTold, wasTold } from './order-told-memory-store';

/** An order that nobody was asked for, and how it became known. */
export type Unchecked = { clientOrderId: string; what: string };
/** The word that such an order was submitted. */
export type Sent = { update: OrderUpdate; strategy: StrategyName };

/** How many of them an event names; it counts them all. */
const NAMED = 20;

/**
 * Told of orders that were never asked for: one event for those of a strategy that came together, and raised once per
 * strategy, whose engine goes past the check.
 */
export async function tellUnchecked(
  telling: Telling,
  orders: readonly Unchecked[],
  strategy: StrategyName,
): Promise<void> {
  const [first, ...others] = orders;
  if (!first) return;
  recordEvent(telling.tx, {
    type: 'capital.unchecked-order-sent',
    actor: telling.actor,
    subject: { kind: 'strategy', id: strategy.id },
    portfolioId: telling.portfolioId,
    data: { strategy: strategy.ref, count: orders.length, orders: orders.slice(0, NAMED) },
  });
  const sent = others.length > 0 ? `${orders.length} orders that were` : 'an order that was';
  await raiseOnce(telling, strategy, {
    kind: 'unchecked-order',
    title: `${strategy.name} sent ${sent} never checked: ${first.clientOrderId}${others.length > 0 ? ' and others' : ''}`,
    body: `${first.what} was told without a check before it. No money was held for it until a snapshot shows it. Halt the strategy if more follow, and find out why its engine does not ask.`,
  });
}

/**
 * Looks at orders that were submitted unasked once they have been refused, outside of the lock of the book: those that are
 * no exits are told to people, each id once for as long as this process remembers it.
 */
export async function tellSent(actor: Actor, portfolioId: string, sent: readonly Sent[]): Promise<void> {
  authorize(actor, 'sizing.run', { portfolioId, keyScope: 'orders:check' });
  const named = new Map(sent.map((one) => [`${one.strategy.id}|${one.update.clientOrderId}`, one]));
  const untold = [...named].filter(([id]) => !wasTold(id));
  if (untold.length === 0) return;
  await inTransaction(async (tx, now) => {
    const byStrategy = new Map<StrategyName, Unchecked[]>();
    for (const [, { update, strategy }] of untold) {
      if (await isExit({ tx, now, portfolioId }, strategy.id, update)) continue;
      const orders = byStrategy.get(strategy) ?? byStrategy.set(strategy, []).get(strategy)!;
      orders.push({ clientOrderId: update.clientOrderId, what: 'An order' });
    }
    for (const [strategy, orders] of byStrategy) await tellUnchecked({ tx, portfolioId, actor }, orders, strategy);
  });
  rememberTold(untold.map(([id]) => id));
}
