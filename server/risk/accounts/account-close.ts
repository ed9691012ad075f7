import { amountText, durationText } from '../../kernel/format';
import type { AccountHeld } from '../samples';
import type { Freshness } from '../unknown';

/** Instruments and orders that a refusal names. */
const NAMED = 5;

type Stated = Pick<AccountHeld, 'equity' | 'cash'> & {
  positions: readonly Pick<AccountHeld['positions'][number], 'instrument' | 'quantity'>[];
};
/** An order that is promised still: it may be sent, works, or was filled and no snapshot has seen it. */
export type StandingOrder = { clientOrderId: string; state: 'held' | 'working' | 'filled'; filledAt: Date | null };

const listed = (names: readonly string[]): string =>
  `${names.slice(0, NAMED).join(', ')}${names.length > NAMED ? ` and ${names.length - NAMED} more` : ''}`;

const heldIn = ({ positions }: Stated): string[] => [
  ...new Set(positions.filter((p) => !p.quantity.isZero()).map((p) => p.instrument)),
];

/**
 * Why the newest statement of an account keeps it open, in words; null where it is flat. What left it is then a flow that
 * its rows stated, so that closing moves neither the curve nor a mark.
 */
export function closeFault({ code, currency }: { code: string; currency: string }, last: Stated): string | null {
  const held = heldIn(last);
  if (held.length > 0)
    return `By its newest snapshot account ${code} holds ${listed(held)}. Close its positions, and send a snapshot without them first.`;
  const left = last.equity.isZero() ? last.cash : last.equity;
  if (left === null)
    return `The newest snapshot of account ${code} states no cash. Send one that states 0 before it is closed.`;
  if (!left.isZero())
    return `By its newest snapshot account ${code} has ${amountText(left, currency)} left. Withdraw it, and send a snapshot with equity and cash 0 that states the withdrawal among its flows.`;
  return null;
}

/** Why a statement of this age says nothing of what an account holds now; null where it is fresh. */
export function ageFault(code: string, freshness: Freshness): string | null {
  if (freshness.state === 'fresh') return null;
  if (freshness.state === 'missing')
    return `Account ${code} has never sent a snapshot. Its engine sends a flat snapshot first.`;
  const [age, most] = [durationText(freshness.ageMs), durationText(freshness.maxAgeMs)];
  return `The newest snapshot of account ${code} is ${age} old, at most ${most}: what it holds now is unknown. Its engine, or whoever has its statement from the broker, sends a flat snapshot first.`;
}

/**
 * Why orders keep an account open: no order says in which account of its portfolio it trades, so none may work, and no fill
 * be newer than what the account stated last; of one that stated nothing, than what the others did (null: none did). Null
 * where none stands in the way.
 */
export function ordersFault(code: string, asOf: Date | null, orders: readonly StandingOrder[]): string | null {
  const standing = orders.filter(
    ({ state, filledAt }) => state !== 'filled' || asOf === null || filledAt === null || filledAt > asOf,
  );
  if (standing.length === 0) return null;
  const names = listed(standing.map(({ clientOrderId }) => clientOrderId));
  return `Of this portfolio ${names} may be sent yet, works, or was filled after the newest snapshot. Cancel what works, or halt the portfolio; let a snapshot come after the last fill, and close account ${code} then.`;
}

/** What a statement says is left in an account: "equity -20,000.00 USD, positions in SPX-ETF"; null where it is flat. */
export function statedText(stated: Stated, currency: string): string | null {
  const { equity, cash } = stated;
  const held = heldIn(stated);
  const parts = [
    equity.isZero() ? null : `equity ${amountText(equity, currency)}`,
    cash === null || cash.isZero() ? null : `cash ${amountText(cash, currency)}`,
    held.length > 0 ? `positions in ${listed(held)}` : null,
  ].filter((part) => part !== null);
  return parts.length > 0 ? parts.join(', ') : null;
}
