import 'server-only';
import { type OrderBook, withoutPromise, withPromise } from '../../capital/order-book';
import { type OrderUpdate, promiseFor } from '../../capital/order-update';
import type { Actor } from '../../kernel/actor';
import { Decimal, moneyText, quantityText, ZERO } from '../../kernel/decimal';
import { newId } from '../../kernel/ids';
import type { Tx } from '../../kernel/transaction';
import type { StrategyName } from '../ingest/context-store';
import { tellDenied } from './order-denied-actions';
import { moveEntry } from './order-entry-actions';
import type { Sent, Unchecked } from './order-unchecked-actions';
import {
  heldBefore,
  insertFill,
  insertReservation,
  type ReservationRow,
  updateReservation,
} from './order-update-store';

/** What became of one update. */
export type Outcome = 'accepted' | 'duplicate' | { code: string; message: string };
/** A batch of updates under the lock of its book, which changes with each of them. */
export type Desk = {
  tx: Tx;
  now: Date;
  actor: Actor;
  portfolioId: string;
  book: OrderBook;
  orders: Map<string, ReservationRow>;
  /** What was told of orders that nobody was asked for: submitted ones, and fills by their strategy. */
  sent: Sent[];
  filled: Map<StrategyName, Unchecked[]>;
  /** Strategies and instruments that fills of this batch move. */
  moved: ReadonlySet<string>;
};

const promiseOf = (row: ReservationRow) => ({
  ...row,
  amount: new Decimal(row.amount),
  quantity: new Decimal(row.quantity),
});
/** Whether the engine said that an order has ended; that its promise ran out is the house's own word. */
export const isEndedByEngine = ({ releasedWhy }: ReservationRow): boolean =>
  releasedWhy === 'cancelled' || releasedWhy === 'rejected';
/** Whether a row holds room of the book. */
export const isPromised = (row: ReservationRow) => ['held', 'working', 'filled'].includes(row.state);

/** Changes a row, and what the book holds for it. */
export async function change(
  desk: Desk,
  key: string,
  row: ReservationRow,
  next: Partial<ReservationRow>,
): Promise<void> {
  const after = { ...row, ...next };
  if (isPromised(row)) desk.book = withoutPromise(desk.book, promiseOf(row));
  if (isPromised(after)) desk.book = withPromise(desk.book, promiseOf(after));
  await updateReservation(desk.tx, row.id, next);
  desk.orders.set(key, after);
}

function resized(row: ReservationRow, quantity: Decimal): Pick<ReservationRow, 'quantity' | 'amount'> {
  const next = promiseFor(quantity, { quantity: new Decimal(row.quantity), amount: new Decimal(row.amount) });
  return { quantity: quantityText(next.quantity), amount: moneyText(next.amount) };
}

/** An instant told by an engine, no earlier than its order was checked and never to come: a promise ends by it. */
export const within = (checked: Date, told: Date, now: Date): Date =>
  new Date(Math.min(Math.max(told.getTime(), checked.getTime()), now.getTime()));

/** Keeps an execution once: what it moves, what it still holds, and what nobody was asked for. */
export async function fill(desk: Desk, update: OrderUpdate, strategy: StrategyName, key: string): Promise<Outcome> {
  const { tx, now, portfolioId } = desk;
  const strategyId = strategy.id;
  const row = desk.orders.get(key);
  const instrument = row?.instrument ?? update.instrument;
  const side = row?.side ?? update.side;
  if (!instrument || !side) {
    return { code: 'UNKNOWN_ORDER', message: 'a fill of an order that was never checked needs instrument and side' };
  }
  const quantity = update.quantity as Decimal;
  const price = update.price as Decimal;
  const isNew = await insertFill(tx, {
    id: newId(),
    portfolioId,
    strategyId,
    clientOrderId: update.clientOrderId,
    executionId: update.executionId as string,
    instrument,
    side,
    quantity: quantityText(quantity),
    price: quantityText(price),
    at: update.at,
    receivedAt: now,
  });
  if (!isNew) return 'duplicate';
  if (row) {
    await fillOrder(desk, key, row, update);
    await tellDenied(desk, row, strategy);
  } else await promiseExit(desk, { ...update, instrument, side, quantity }, strategyId);
  const adds = await moveEntry(desk, { strategyId, instrument, side, quantity, price, update });
  // Stops and commanded exits ask nobody; what adds to a position must.
  if (!row && adds) {
    const orders = desk.filled.get(strategy) ?? desk.filled.set(strategy, []).get(strategy)!;
    orders.push({
      clientOrderId: update.clientOrderId,
      what: `A fill, ${side} ${quantity} ${instrument} at ${price},`,
    });
  }
  return 'accepted';
}

/**
 * What an order holds after a fill: the part that works still, and each fill on its own until a snapshot has seen it. The
 * fill that ends it is held by the order itself.
 */
async function fillOrder(desk: Desk, key: string, row: ReservationRow, update: OrderUpdate): Promise<void> {
  const { now } = desk;
  const quantity = update.quantity as Decimal;
  const hasEnded =
    row.state === 'filled' ||
    (row.state === 'released' && (isEndedByEngine(row) || new Decimal(row.filledQuantity).gt(0)));
  const left = hasEnded ? ZERO : new Decimal(row.quantity);
  const isDone = update.status === 'filled' || quantity.gte(left);
  const told = {
    submittedAt: row.submittedAt ?? within(row.createdAt, update.at, now),
    expiresAt: null,
    filledQuantity: quantityText(new Decimal(row.filledQuantity).plus(quantity)),
  };
  if (isDone && row.state !== 'filled') {
    // A snapshot has seen it when it is younger than this: what was told late may be in none yet.
    const held = resized(row, Decimal.max(left, quantity));
    return change(desk, key, row, { ...told, state: 'filled', filledAt: now, ...held });
  }
  await promiseFill(desk, update, { ...row, ...resized(row, quantity) });
  const rest = row.state === 'filled' ? {} : { state: 'working' as const, ...resized(row, left.minus(quantity)) };
  await change(desk, key, row, { ...told, filledAt: now, ...rest });
}

/** A fill that is promised on its own until a snapshot is younger than when it was told. */
async function promiseFill(
  desk: Desk,
  update: OrderUpdate,
  part: Pick<ReservationRow, 'strategyId' | 'instrument' | 'side' | 'quantity' | 'price' | 'amount' | 'isReducing'>,
): Promise<void> {
  const { tx, now, portfolioId } = desk;
  const { strategyId, instrument, side, quantity, price, amount, isReducing } = part;
  const id = newId();
  await insertReservation(tx, {
    id,
    portfolioId,
    ...{ strategyId, instrument, side, quantity, price, amount, isReducing },
    clientOrderId: `${update.clientOrderId} (fill ${id})`,
    state: 'filled',
    answer: {},
    askedBy: 'order-updates',
    // An execution is no message: it counts in no rate.
    createdAt: new Date(now.getTime() - 1_000),
    submittedAt: now,
    filledQuantity: quantity,
    filledAt: now,
  });
  desk.book = withPromise(desk.book, {
    strategyId,
    instrument,
    isReducing,
    amount: new Decimal(amount),
    quantity: new Decimal(quantity),
  });
}

/** A stop or a commanded exit asks nobody: what it sold of a position is spoken for until a snapshot shows it. */
async function promiseExit(
  desk: Desk,
  update: OrderUpdate & { instrument: string; side: 'buy' | 'sell'; quantity: Decimal },
  strategyId: string,
): Promise<void> {
  const { instrument, side, quantity, executionId } = update;
  const place = { portfolioId: desk.portfolioId, strategyId, instrument };
  const held = new Decimal(await heldBefore(desk.tx, place, desk.now, executionId));
  if (side === 'sell' ? held.lte(0) : held.gte(0)) return;
  const price = update.price && quantityText(update.price);
  const part = { strategyId, instrument, side, quantity: quantityText(quantity), price, amount: '0', isReducing: true };
  await promiseFill(desk, update, part);
}
