import { Decimal, sumOf } from '../kernel/decimal';
import type { Headroom, NewOrder, OrderReason } from './order';
import { type OrderBook, promisedIn } from './order-book';
import type { OrderFacts, OrderPolicy } from './order-facts';
import { GROSS_DRIFT } from './strategy-capital';

type Asked = {
  order: NewOrder;
  facts: OrderFacts;
  book: OrderBook;
  /** Money the order would be promised, and its plain value; null where no price is known. */
  amount: Decimal | null;
  value: Decimal | null;
  policy: OrderPolicy;
};

/** A share of equity with as many decimals as it takes to tell it from its limit. */
function beyond(what: string, value: Decimal, limit: Decimal, verb: 'exceeds' | 'is under'): string {
  const text = (share: Decimal, places: number) => `${share.mul(100).toFixed(places)} %`;
  let places = 1;
  while (places < 6 && text(value, places) === text(limit, places)) places += 1;
  return `${what} ${text(value, places)} ${verb} ${text(limit, places)}`;
}

const unknownReason = (what: string, why: string): OrderReason => ({
  code: `${what.toUpperCase().replace(' ', '_')}_UNKNOWN`,
  message: `${what} is unknown: ${why}.`,
});

/** Money that is left under each limit before this order; null where the limit cannot be looked at. */
export function roomOf({ order, facts, book }: Pick<Asked, 'order' | 'facts' | 'book'>) {
  const { equity, cash, capital, strategyId } = facts;
  const isUsable = equity?.gt(0) ?? false;
  const inInstrument = sumOf(facts.positions.filter((p) => p.instrument === order.instrument).map((p) => p.gross)).plus(
    promisedIn(book, { instrument: order.instrument }),
  );
  const ofStrategy = sumOf(facts.positions.filter((p) => p.strategyId === strategyId).map((p) => p.gross)).plus(
    promisedIn(book, { strategyId }),
  );
  const promised = promisedIn(book);
  return {
    inInstrument,
    ofStrategy,
    promised,
    position: equity && isUsable ? equity.mul(facts.positionLimit).minus(inInstrument) : null,
    cash: equity && isUsable && cash ? cash.minus(equity.mul(facts.cashFloor)).minus(promised) : null,
    strategy: capital?.gt(0) ? capital.mul(GROSS_DRIFT).minus(ofStrategy) : null,
  };
}

/**
 * Reasons against an order by the limits: position across strategies without netting, cash over its floor, strategy gross
 * at most 102 % of its capital; then order value and volume, which is no limit where nobody ever told it and a reason against
 * the order where what was told is too old. Exactly at a limit passes. `headroomAfter` is what is left
 * once `taken` is promised.
 */
export function limitReasons(asked: Asked) {
  const { order, facts, amount, value, policy } = asked;
  const { equity, cash, capital } = facts;
  const room = roomOf(asked);
  const reasons: OrderReason[] = [];
  if (!equity?.gt(0)) reasons.push(unknownReason('Equity', 'no sane snapshot says what it is'));
  if (room.position && equity && amount?.gt(room.position)) {
    const share = room.inInstrument.plus(amount).div(equity);
    const message = beyond(`Position ${order.instrument}`, share, facts.positionLimit, 'exceeds');
    reasons.push({ code: 'POSITION', message });
  }
  if (!cash) reasons.push(unknownReason('Cash', 'an account does not state it'));
  if (room.cash && equity && cash && amount?.gt(room.cash)) {
    const share = cash.minus(room.promised).minus(amount).div(equity);
    reasons.push({ code: 'CASH', message: beyond('Cash', share, facts.cashFloor, 'is under') });
  }
  if (!room.strategy) reasons.push(unknownReason('Strategy capital', 'nothing was released to this strategy'));
  if (room.strategy && capital && amount?.gt(room.strategy)) {
    const share = room.ofStrategy.plus(amount).div(capital);
    reasons.push({ code: 'STRATEGY_GROSS', message: beyond('Strategy gross', share, GROSS_DRIFT, 'exceeds') });
  }
  const mostValue = equity?.gt(0) ? equity.mul(policy.orderValueFraction) : null;
  const mostVolume = facts.averageDailyVolume?.mul(policy.volumeFraction) ?? null;
  const sizeReasons: OrderReason[] = [];
  if (mostValue && equity && value?.gt(mostValue)) {
    const message = beyond('Order value', value.div(equity), policy.orderValueFraction, 'exceeds');
    sizeReasons.push({ code: 'ORDER_VALUE', message: `${message} of equity` });
  }
  if (mostVolume && facts.averageDailyVolume?.gt(0) && order.quantity.gt(mostVolume)) {
    const share = order.quantity.div(facts.averageDailyVolume);
    const message = beyond('Volume', share, policy.volumeFraction, 'exceeds');
    sizeReasons.push({ code: 'VOLUME', message: `${message} of the 20-day average` });
  }
  if (facts.volumesEndedOn) {
    const why = `the newest of ${order.instrument} is of ${facts.volumesEndedOn}. Upload those of the last 20 days`;
    sizeReasons.push(unknownReason('Volume', why));
  }
  const headroomAfter = (taken: Decimal): Headroom => {
    const left = (amountLeft: Decimal | null) =>
      amountLeft ? Decimal.max(0, amountLeft.minus(taken)).toFixed(2, Decimal.ROUND_DOWN) : null;
    return {
      position: left(room.position),
      cash: left(room.cash),
      strategyGross: left(room.strategy),
      orderValue: mostValue?.toFixed(2, Decimal.ROUND_DOWN) ?? null,
      volume: mostVolume?.toFixed() ?? null,
      messages: Math.max(0, policy.messagesPerSecond - facts.recentMessages - 1),
    };
  };
  return { reasons, sizeReasons, headroomAfter };
}
