import 'server-only';
import { raiseAlert } from '../../alerts/raise-actions';
import { recordEvent } from '../../audit/record';
import type { OrderAnswer } from '../../capital/order';
import type { Actor } from '../../kernel/actor';
import { Decimal } from '../../kernel/decimal';
import type { Tx } from '../../kernel/transaction';
import type { StrategyName } from '../ingest/context-store';
import type { ReservationRow } from './order-update-store';

/** Told that an order works which was denied: its engine does not ask, or does not listen. Recorded, and raised once per strategy. */
export async function tellDenied(
  { tx, portfolioId, actor }: { tx: Tx; portfolioId: string; actor: Actor },
  row: ReservationRow,
  strategy: StrategyName,
): Promise<void> {
  const { decision, reasons } = row.answer as OrderAnswer;
  if (row.submittedAt || decision !== 'deny') return;
  const why = reasons.map((reason) => reason.message).join(' ');
  recordEvent(tx, {
    type: 'capital.denied-order-sent',
    actor,
    subject: { kind: 'order', id: row.id },
    portfolioId,
    data: { clientOrderId: row.clientOrderId, strategy: strategy.ref, amount: row.amount, reasons },
  });
  await raiseAlert(tx, {
    fingerprint: `risk/denied-order/${strategy.id}`,
    severity: 'high',
    title: `${strategy.name} sent an order that was denied: ${row.clientOrderId}`,
    body: `${row.side} ${new Decimal(row.quantity)} ${row.instrument} was denied. ${why} Its money is held while it works. Cancel it or halt the strategy, and find out why its engine sent it.`,
    portfolioId,
    strategyId: strategy.id,
    subject: { kind: 'strategy', id: strategy.id },
    link: '/risk',
    actor: { kind: 'job', name: 'order-updates' },
  });
}

/** Told of an order that was never asked for: it is counted as it is, and people hear of an engine that goes past the check. */
export async function tellUnchecked(
  { tx, portfolioId, actor }: { tx: Tx; portfolioId: string; actor: Actor },
  order: { clientOrderId: string; what: string },
  strategy: StrategyName,
): Promise<void> {
  recordEvent(tx, {
    type: 'capital.unchecked-order-sent',
    actor,
    subject: { kind: 'strategy', id: strategy.id },
    portfolioId,
    data: { ...order, strategy: strategy.ref },
  });
  await raiseAlert(tx, {
    fingerprint: `risk/unchecked-order/${strategy.id}`,
    severity: 'high',
    title: `${strategy.name} sent an order that was never checked: ${order.clientOrderId}`,
    body: `${order.what} was told without a check before it. No money was held for it until a snapshot shows it. Halt the strategy if more follow, and find out why its engine does not ask.`,
    portfolioId,
    strategyId: strategy.id,
    subject: { kind: 'strategy', id: strategy.id },
    link: '/risk',
    actor: { kind: 'job', name: 'order-updates' },
  });
}
