import 'server-only';
import { raiseAlert } from '../../alerts/raise-actions';
import { recordEvent } from '../../audit/record';
import type { OrderAnswer } from '../../capital/order';
import type { Actor } from '../../kernel/actor';
import { Decimal } from '../../kernel/decimal';
import type { Tx } from '../../kernel/transaction';
import type { StrategyName } from '../ingest/context-store';
import type { ReservationRow } from './order-update-store';

export type Telling = { tx: Tx; portfolioId: string; actor: Actor };

/** High, once per strategy and kind of trouble: somebody looks at its engine. */
export const raiseOnce = (
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
  await raiseOnce(telling, strategy, {
    kind: 'denied-order',
    title: `${strategy.name} sent an order that was denied: ${row.clientOrderId}`,
    body: `${row.side} ${new Decimal(row.quantity)} ${row.instrument} was denied. ${why} Its money is held while it works. Cancel it or halt the strategy, and find out why its engine sent it.`,
  });
}
