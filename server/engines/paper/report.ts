import type { Decimal } from '../../kernel/decimal';
import type { EngineReport } from '../messages';
import { type Account, holdingOf, INSTRUMENT, ledgerOf } from './account';
import { holdsAt, leaseHolds } from './places';
import type { PaperState } from './state';

type Book = { state: PaperState; account: Account; price: Decimal };

/** What the engine knows now, as the protocol says it. `asOf` is the time the server goes by, `now` the real one. */
export function reportOf(book: Book, buildDigest: string, asOf: Date, now: Date): EngineReport {
  const { state, account, price } = book;
  const all = holdsAt(state, '*');
  const leased = leaseHolds(state, now);
  return {
    asOf: asOf.toISOString(),
    state: all.state === 'ACTIVE' && !leased ? 'REDUCING' : all.state,
    acceptsOrders: !all.isClosed,
    lockedDown: all.isLocked,
    epoch: state.epoch,
    buildDigest: buildDigest,
    leaseUntil: state.leaseUntil,
    strategies: Object.entries(state.strategies).map(([ref, { capital, release }]) => {
      const place = holdsAt(state, ref);
      return {
        ref,
        state: place.state,
        acceptsOrders: !place.isClosed,
        lockedDown: place.isLocked,
        capital,
        release,
      };
    }),
    workingOrders: state.orders.map(({ commandId: _, ticks: __, leave: ___, ...order }) => order),
    positions: [...account.holdings].map(([strategy, { quantity }]) => ({
      strategy,
      instrument: INSTRUMENT,
      quantity: quantity.toFixed(),
      price: price.toFixed(),
      value: quantity.mul(price).toFixed(8),
    })),
  };
}

/** P&L of a strategy since the account was opened, for the snapshot. */
export function profitOf({ account, price }: Omit<Book, 'state'>, ref: string) {
  const { quantity, averagePrice } = holdingOf(account, ref);
  const { realised, fees, closed, wins } = ledgerOf(account, ref);
  return {
    id: ref,
    realised: realised.toFixed(8),
    unrealised: price.minus(averagePrice).mul(quantity).toFixed(8),
    fees: fees.toFixed(8),
    trades: { closed, wins },
  };
}
