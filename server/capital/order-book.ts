import { Decimal, ZERO } from '../kernel/decimal';

/** What is promised to one strategy in one instrument: money to new risk, and the quantity of exits on their way. */
export type Promised = { amount: Decimal; exits: Decimal };

/** Sums of everything promised in a portfolio, by strategy and instrument. */
export type OrderBook = ReadonlyMap<string, Promised>;

/** One promise: an exit promises no money, only that so much of the position is spoken for. */
export type OnePromise = {
  strategyId: string;
  instrument: string;
  amount: Decimal;
  quantity: Decimal;
  isReducing: boolean;
};

const keyOf = (strategyId: string, instrument: string): string => `${strategyId}|${instrument}`;

function changed(book: OrderBook, promise: OnePromise, sign: 1 | -1): OrderBook {
  const key = keyOf(promise.strategyId, promise.instrument);
  const held = book.get(key) ?? { amount: ZERO, exits: ZERO };
  const next: Promised = {
    amount: Decimal.max(0, held.amount.plus(promise.isReducing ? 0 : promise.amount.mul(sign))),
    exits: Decimal.max(0, held.exits.plus(promise.isReducing ? promise.quantity.mul(sign) : 0)),
  };
  const after = new Map(book);
  if (next.amount.isZero() && next.exits.isZero()) after.delete(key);
  else after.set(key, next);
  return after;
}

/** The book with one promise more. */
export const withPromise = (book: OrderBook, promise: OnePromise): OrderBook => changed(book, promise, 1);

/** The book without a promise it held: filled, cancelled, rejected or expired. Never below 0. */
export const withoutPromise = (book: OrderBook, promise: OnePromise): OrderBook => changed(book, promise, -1);

/** Money promised to new risk in the portfolio, or in one strategy or instrument of it. */
export function promisedIn(book: OrderBook, place: { strategyId?: string; instrument?: string } = {}): Decimal {
  let total = ZERO;
  for (const [key, promised] of book) {
    const cut = key.indexOf('|');
    if (place.strategyId !== undefined && key.slice(0, cut) !== place.strategyId) continue;
    if (place.instrument !== undefined && key.slice(cut + 1) !== place.instrument) continue;
    total = total.plus(promised.amount);
  }
  return total;
}

/** Quantity of a position that exits on their way will close. */
export const exitsOf = (book: OrderBook, strategyId: string, instrument: string): Decimal =>
  book.get(keyOf(strategyId, instrument))?.exits ?? ZERO;

export type StoredBook = Record<string, { amount: string; exits: string }>;

export const storedBook = (book: OrderBook): StoredBook =>
  Object.fromEntries([...book].map(([key, p]) => [key, { amount: p.amount.toFixed(), exits: p.exits.toFixed() }]));

export const bookFrom = (stored: StoredBook): OrderBook =>
  new Map(
    Object.entries(stored).map(([key, p]) => [key, { amount: new Decimal(p.amount), exits: new Decimal(p.exits) }]),
  );
