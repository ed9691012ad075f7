import { Decimal, parseDecimal, ZERO } from '../../kernel/decimal';
import { newId } from '../../kernel/ids';
import { type Account, accountFrom, accountState, bookFill, equityOf, feeOf, holdingOf, INSTRUMENT } from './account';
import { leftOf, matchOrder } from './book';
import type { OrderTold, PaperOrder, PaperState } from './state';

/** What a minute of trading looked like, for the metrics. */
export type TradeStats = { orders: number; rejected: number; fills: number; fillTicks: number; slippageBp: number };
const noStats = (): TradeStats => ({ orders: 0, rejected: 0, fills: 0, fillTicks: 0, slippageBp: 0 });

export type OrderWish = Pick<PaperOrder, 'strategy' | 'side' | 'type' | 'isReduceOnly' | 'commandId'> & {
  quantity: Decimal;
  price: Decimal | null;
};

/** An order with its clientOrderId, which stays its name at the check, at the venue and in every report. */
export const orderOf = (wish: OrderWish, now: Date): PaperOrder => ({
  ...wish,
  id: newId(),
  instrument: INSTRUMENT,
  quantity: wish.quantity.toFixed(),
  filled: '0',
  price: wish.price?.toFixed() ?? null,
  placedAt: now.toISOString(),
  ticks: 0,
  leave: null,
});

export type VenueOptions = {
  /** Chance of the venue's rejection per order and basis points of slippage, from one seeded source. */
  random: () => number;
  /** The time the server goes by, for what it is told of orders. */
  serverNow: () => Date;
};

const REJECTED = 0.005;
const MOST_TOLD = 5_000;

/** The simulated venue: working orders, their fills, and the account these are booked into. It keeps what is to be told of each. */
export class PaperVenue {
  readonly account: Account;
  private stats = noStats();

  constructor(
    private readonly state: PaperState,
    private readonly options: VenueOptions,
  ) {
    this.account = accountFrom(state.account);
  }

  get price(): Decimal {
    return parseDecimal(this.state.market.price) ?? ZERO;
  }
  equity = (): Decimal => equityOf(this.account, this.price);
  held = (strategy: string): Decimal => holdingOf(this.account, strategy).quantity;

  takeStats(): TradeStats {
    const { stats } = this;
    this.stats = noStats();
    return stats;
  }

  /** An exit or a protective stop: the engine's own, which nobody is asked for. */
  place(wish: OrderWish, now: Date): void {
    this.state.orders.push(orderOf(wish, now));
  }

  /** Sends an order that has its leave; the venue rejects a few. */
  send(order: PaperOrder, leave: 'allowed' | 'unanswered'): void {
    const sent = { ...order, leave };
    const isRejected = this.options.random() < REJECTED;
    this.stats.orders += 1;
    this.stats.rejected += isRejected ? 1 : 0;
    if (!isRejected) this.state.orders.push(sent);
    if (isRejected) this.tell(sent, 'rejected');
    // To a check that never heard of it an exit says who it is with its fills.
    else if (leave === 'allowed') this.tell(sent, 'submitted');
  }

  cancel(which: (order: PaperOrder) => boolean): void {
    for (const order of this.state.orders.filter(which)) this.tell(order, 'cancelled');
    this.state.orders = this.state.orders.filter((order) => !which(order));
  }

  /** Matches working orders at the present price. */
  match(): void {
    for (const order of [...this.state.orders]) {
      const slippageBp = 0.4 + this.options.random() * 1.2;
      const fill = matchOrder(order, this.price, slippageBp);
      if (!fill) continue;
      const held = this.held(order.strategy).abs();
      const quantity = order.isReduceOnly ? Decimal.min(fill.quantity, held) : fill.quantity;
      order.filled = (parseDecimal(order.filled) ?? ZERO).plus(fill.quantity).toFixed();
      const isOver = leftOf(order).lte(0) || (order.isReduceOnly && held.lte(quantity));
      if (quantity.gt(0)) {
        this.book(order, { quantity, price: fill.price, isOver });
        this.stats.fillTicks += order.ticks;
        this.stats.slippageBp += order.type === 'limit' ? 0 : slippageBp;
      } else if (isOver) this.tell(order, 'cancelled');
      if (isOver) this.state.orders = this.state.orders.filter(({ id }) => id !== order.id);
    }
  }

  private book(order: PaperOrder, fill: { quantity: Decimal; price: Decimal; isOver: boolean }): void {
    const { quantity, price, isOver } = fill;
    const signed = order.side === 'buy' ? quantity : quantity.neg();
    bookFill(this.account, { strategy: order.strategy, signed, price });
    this.keep();
    this.stats.fills += 1;
    this.tell(order, isOver ? 'filled' : 'partially-filled', {
      executionId: `${order.id}:${order.filled}`,
      quantity: quantity.toFixed(),
      price: price.toFixed(),
      fee: feeOf(signed, price).toFixed(),
    });
  }

  /** Moves a holding to a share of equity at the present price: what the account keeps beside its strategies. Returns its value. */
  holdShare(strategy: string, share: number): Decimal {
    const wanted = this.equity().mul(share).div(this.price).floor();
    const signed = wanted.minus(this.held(strategy));
    if (!signed.isZero()) bookFill(this.account, { strategy, signed, price: this.price });
    this.keep();
    return wanted.mul(this.price);
  }

  /** Keeps what became of an order until the server has taken it. Of an order that nobody was asked for only its fills count. */
  tell(order: PaperOrder, status: OrderTold['status'], fill: Partial<OrderTold> = {}): void {
    if (order.leave === null && !status.endsWith('filled')) return;
    const { strategy, id: clientOrderId, instrument, side } = order;
    const at = this.options.serverNow().toISOString();
    const { pretrade } = this.state;
    pretrade.told = [...pretrade.told, { strategy, clientOrderId, status, at, instrument, side, ...fill }].slice(
      -MOST_TOLD,
    );
  }

  /** Puts the account back into the plain state that is saved. */
  private keep(): void {
    this.state.account = accountState(this.account);
  }
}
