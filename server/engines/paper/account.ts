import { Decimal, parseDecimal, ZERO } from '../../kernel/decimal';
import type { PaperState } from './state';

/** The one instrument that the paper engine trades: daily S&P 500, as a fund. */
export const INSTRUMENT = 'SPX-ETF';

/** A holding of one strategy in one instrument, at its average price. */
export type Holding = { quantity: Decimal; averagePrice: Decimal };
/** Money of one strategy since the account was opened. */
export type Ledger = { realised: Decimal; fees: Decimal; closed: number; wins: number };
export type Account = { cash: Decimal; holdings: Map<string, Holding>; ledgers: Map<string, Ledger> };

const FEE_FRACTION = new Decimal('0.0001');
const NO_HOLDING: Holding = { quantity: ZERO, averagePrice: ZERO };
const NO_LEDGER: Ledger = { realised: ZERO, fees: ZERO, closed: 0, wins: 0 };

export const holdingOf = (account: Account, strategy: string): Holding => account.holdings.get(strategy) ?? NO_HOLDING;
export const ledgerOf = (account: Account, strategy: string): Ledger => account.ledgers.get(strategy) ?? NO_LEDGER;

/** The fee of a fill: 1 bp of its value. */
export const feeOf = (quantity: Decimal, price: Decimal): Decimal =>
  quantity.abs().mul(price).mul(FEE_FRACTION).toDecimalPlaces(8);

/**
 * Books a fill into an account, in place: cash, average price, realised P&L and a fee of 1 bp of its value. `signed` is
 * the quantity bought (positive) or sold (negative); a trade is counted when a position shrinks.
 */
export function bookFill(account: Account, fill: { strategy: string; signed: Decimal; price: Decimal }): void {
  const { strategy, signed, price } = fill;
  const held = holdingOf(account, strategy);
  const ledger = ledgerOf(account, strategy);
  const fee = feeOf(signed, price);
  const isClosing = !held.quantity.isZero() && held.quantity.s !== signed.s;
  const closed = isClosing ? Decimal.min(signed.abs(), held.quantity.abs()) : ZERO;
  const gain = price
    .minus(held.averagePrice)
    .mul(closed)
    .mul(held.quantity.s || 1);
  const quantity = held.quantity.plus(signed);
  const opened = signed.abs().minus(closed);
  const averagePrice = quantity.isZero()
    ? ZERO
    : opened.isZero()
      ? held.averagePrice
      : held.averagePrice
          .mul(held.quantity.abs().minus(closed))
          .plus(price.mul(opened))
          .div(quantity.abs())
          .toDecimalPlaces(18);
  account.cash = account.cash.minus(signed.mul(price)).minus(fee);
  if (quantity.isZero()) account.holdings.delete(strategy);
  else account.holdings.set(strategy, { quantity, averagePrice });
  account.ledgers.set(strategy, {
    realised: ledger.realised.plus(gain),
    fees: ledger.fees.plus(fee),
    closed: ledger.closed + (isClosing ? 1 : 0),
    wins: ledger.wins + (isClosing && gain.gt(0) ? 1 : 0),
  });
}

/** Cash plus the value of every holding at one price. */
export function equityOf(account: Account, price: Decimal): Decimal {
  let equity = account.cash;
  for (const { quantity } of account.holdings.values()) equity = equity.plus(quantity.mul(price));
  return equity;
}

const decimalOf = (text: string): Decimal => parseDecimal(text) ?? ZERO;

/** The account as the saved state holds it. */
export const accountFrom = ({ cash, holdings, ledgers }: PaperState['account']): Account => ({
  cash: decimalOf(cash),
  holdings: new Map(
    Object.entries(holdings).map(([ref, h]) => [
      ref,
      { quantity: decimalOf(h.quantity), averagePrice: decimalOf(h.averagePrice) },
    ]),
  ),
  ledgers: new Map(
    Object.entries(ledgers).map(([ref, l]) => [
      ref,
      { ...l, realised: decimalOf(l.realised), fees: decimalOf(l.fees) },
    ]),
  ),
});

/** The plain state of an account that is saved. */
export const accountState = (account: Account): PaperState['account'] => ({
  cash: account.cash.toFixed(),
  holdings: Object.fromEntries(
    [...account.holdings].map(([ref, h]) => [
      ref,
      { quantity: h.quantity.toFixed(), averagePrice: h.averagePrice.toFixed() },
    ]),
  ),
  ledgers: Object.fromEntries(
    [...account.ledgers].map(([ref, l]) => [ref, { ...l, realised: l.realised.toFixed(), fees: l.fees.toFixed() }]),
  ),
});
