import { Num } from '../ui/number';

/** An order in a table: what it trades, and below whose it is and its id. */
export function OrderCell({
  order,
}: {
  order: { side: string; quantity: string; instrument: string; strategyName: string; clientOrderId: string };
}) {
  return (
    <span>
      <span className="font-medium">
        {order.side} <Num value={order.quantity} digits={8} minDigits={0} /> {order.instrument}
      </span>
      <span className="block text-xs wrap-anywhere text-ink-3">
        {order.strategyName}, {order.clientOrderId}
      </span>
    </span>
  );
}
