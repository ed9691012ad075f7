import type { DeniedOrder } from '@/server/risk/orders/order-denied-view-store';
import { formatMoney, formatNumber } from '../ui/format';

type Headroom = DeniedOrder['headroom'];

/** Which headroom a reason speaks of; the other reasons are about no amount. */
const LEFT_BY_CODE: Record<string, keyof Headroom> = {
  POSITION: 'position',
  CASH: 'cash',
  STRATEGY_GROSS: 'strategyGross',
  ORDER_VALUE: 'orderValue',
  VOLUME: 'volume',
  MESSAGE_RATE: 'messages',
};

/** What was left under the limit that a reason names, in words; null where it names none, or nobody knew. */
export function leftWords(code: string, headroom: Headroom, currency: string): string | null {
  const key = LEFT_BY_CODE[code];
  const value = key && headroom[key];
  if (value === undefined || value === null) return null;
  if (key === 'messages') return `${value} more orders in that second`;
  if (key === 'volume') return `at most ${formatNumber(value, { digits: 8, minDigits: 0 })} units`;
  if (key === 'orderValue') return `at most ${formatMoney(value, { currency })}`;
  return `${formatMoney(value, { currency })} left`;
}
