import { amountText } from '../../kernel/format';
import type { AccountHeld } from '../samples';

/** Instruments that a refusal names. */
const NAMED = 5;

/**
 * Why an account cannot be closed, in words; null where it can: its newest statement is flat, or it never sent one. What
 * left it is then a flow that its rows stated, so that closing moves neither the curve nor a mark.
 */
export function closeFault(
  { code, currency }: { code: string; currency: string },
  last: AccountHeld | undefined,
): string | null {
  if (!last) return null;
  const held = [...new Set(last.positions.filter((p) => !p.quantity.isZero()).map((p) => p.instrument))];
  if (held.length > 0) {
    const names = `${held.slice(0, NAMED).join(', ')}${held.length > NAMED ? ` and ${held.length - NAMED} more` : ''}`;
    return `By its newest snapshot account ${code} holds ${names}. Close its positions, and send a snapshot without them first.`;
  }
  const left = last.equity.isZero() ? last.cash : last.equity;
  if (left === null)
    return `The newest snapshot of account ${code} states no cash. Send one that states 0 before it is closed.`;
  if (!left.isZero())
    return `By its newest snapshot account ${code} has ${amountText(left, currency)} left. Withdraw it, and send a snapshot with equity and cash 0 that states the withdrawal among its flows.`;
  return null;
}
