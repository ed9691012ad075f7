import 'server-only';
import { raiseAlert } from '../../alerts/raise-actions';
import { recordEvent } from '../../audit/record';
import type { OrderAnswer } from '../../capital/order';
import type { Actor } from '../../kernel/actor';
import { Decimal } from '../../kernel/decimal';
import type { Tx } from '../../kernel/transaction';
import type { StrategyName } from '../ingest/context-store';
import type { ReservationRow } from './order-update-store';

type Telling = { tx: Tx; portfolioId: string; actor: Actor };

/** High, once per strategy and kind of trouble: somebody looks at its engine. */
const raise = (
  { tx, portfolioId }: Telling,
  strategy: StrategyName,
  { kind, title, body }: { kind: 'denied-order' | 'unchecked-order'; title: string; body: string },
) =>
  raiseAlert(tx, {
    fingerprint: `risk/${kind}/${strategy.id}`,
    severity: 'high',
    title,
    body,
    portfolioId,
    strategyId: strategy.id,
    subject: { kind: 'strategy', id: strategy.id },
    link: '/risk',
    actor: { kind: 'job', name: 'order-updates' },
  });

/** Told that an order works which was denied: its engine does not ask, or does not listen. Recorded, and raised once per strategy. */
export async function tellDenied(telling: Telling, row: ReservationRow, strategy: StrategyName): Promise<void> {
  const { decision, reasons } = row.answer as OrderAnswer;
  if (row.submittedAt || decision !== 'deny') return;
  const why = reasons.map((reason) => reason.message).join(' ');
  recordEvent(telling.tx, {
    type: 'capital.denied-order-sent',
    actor: telling.actor,
    subject: { kind: 'order', id: row.id },
    portfolioId: telling.portfolioId,
    data: { clientOrderId: row.clientOrderId, strategy: strategy.ref, amount: row.amount, reasons },
  });
  await raise(telling, strategy, {
    kind: 'denied-order',
    title: `${strategy.name} sent an order that was denied: ${row.clientOrderId}`,
    body: `${row.side} ${new Decimal(row.quantity)} ${row.instrument} was denied. ${why} Its money is held while it works. Cancel it or halt the strategy, and find out why its engine sent it.`,
  });
}

/** Told of an order that was never asked for: recorded, and raised once per strategy, whose engine goes past the check. */
export async function tellUnchecked(
  telling: Telling,
  order: { clientOrderId: string; what: string },
  strategy: StrategyName,
): Promise<void> {
  recordEvent(telling.tx, {
    type: 'capital.unchecked-order-sent',
    actor: telling.actor,
    subject: { kind: 'strategy', id: strategy.id },
    portfolioId: telling.portfolioId,
    data: { ...order, strategy: strategy.ref },
  });
  await raise(telling, strategy, {
    kind: 'unchecked-order',
    title: `${strategy.name} sent an order that was never checked: ${order.clientOrderId}`,
    body: `${order.what} was told without a check before it. No money was held for it until a snapshot shows it. Halt the strategy if more follow, and find out why its engine does not ask.`,
  });
}
