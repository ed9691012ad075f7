import { Decimal, MOST_MONEY, ONE, ZERO } from '../kernel/decimal';
import { type Headroom, type NewOrder, NO_HEADROOM, type OrderReason } from './order';
import { exitsOf, type OrderBook } from './order-book';
import { priceReasons, referenceOf } from './order-collar';
import type { OrderFacts, OrderPolicy } from './order-facts';
import { limitReasons } from './order-limits';
import { reservedAmount, reservedPrice } from './reservation';

export const ORDER_POLICY: OrderPolicy = {
  collar: new Decimal('0.05'),
  wideCollar: new Decimal('0.10'),
  referenceMaxAgeMs: 5_000,
  wideWindowMs: 300_000,
  orderValueFraction: new Decimal('0.01'),
  volumeFraction: new Decimal('0.05'),
  messagesPerSecond: 10,
  engineSilenceMs: 30_000,
};

export type OrderDecision = {
  decision: 'allow' | 'deny';
  flags: string[];
  reasons: OrderReason[];
  headroom: Headroom;
  isReducing: boolean;
  /** Money promised to the order when it is allowed; 0 for an exit. */
  amount: Decimal;
  /** Money the order holds if it is sent, allowed or not; 0 for an exit, and where no price of it is known. */
  asked: Decimal;
  price: Decimal | null;
};

const positionOf = (facts: OrderFacts, instrument: string): Decimal =>
  facts.positions
    .filter((p) => p.strategyId === facts.strategyId && p.instrument === instrument)
    .reduce((sum, p) => sum.plus(p.quantity), ZERO);

/** True for an order that shrinks the position of its strategy and instrument, counting exits on their way, never across zero. */
export function isProvenReducing(
  order: NewOrder,
  facts: Pick<OrderFacts, 'strategyId' | 'positions'>,
  book: OrderBook,
) {
  const position = positionOf(facts as OrderFacts, order.instrument);
  const isOpposite = order.side === 'sell' ? position.gt(0) : position.lt(0);
  const spokenFor = exitsOf(book, facts.strategyId, order.instrument);
  return isOpposite && order.quantity.plus(spokenFor).lte(position.abs());
}

/**
 * What one unit of price is worth in base currency: the most of what the order, the book and the register say. Where only the
 * order says it, it is believed from 1 up: less would make the order smaller than anybody knows it to be. Where nobody does,
 * it is unknown, and never taken for 1: a future of 50 would get 50 times its room.
 */
function unitOf(order: NewOrder, facts: OrderFacts): { unit: Decimal; reasons: OrderReason[] } {
  const stated = (order.multiplier ?? ONE).mul(order.fx ?? ONE);
  const held = facts.positions.filter((p) => p.instrument === order.instrument).map((p) => p.unit);
  const known = [...held, ...(facts.registeredUnit ? [facts.registeredUnit] : [])];
  const isStated = order.multiplier !== null || order.fx !== null;
  if (known.length > 0) return { unit: Decimal.max(...known, ...(isStated ? [stated] : [])), reasons: [] };
  if (isStated && stated.gte(ONE)) return { unit: stated, reasons: [] };
  const message = isStated
    ? `A unit of ${order.instrument} is stated to be worth ${stated}, and nobody else knows it. Register the instrument.`
    : `Nobody states what a unit of ${order.instrument} is worth. Register the instrument, or state "multiplier" and "fx".`;
  return { unit: ONE, reasons: [{ code: 'UNIT_UNKNOWN', message }] };
}

/**
 * Whether an order may be sent, with every reason against it in the order of the checks, and what is left.
 *
 * A proven exit passes every limit and every unknown; only a halt asks by whose word it comes. Anything else is new risk
 * and needs all: state, release, digest, data age, position, cash, strategy gross, open breaches, price collars, order
 * value, volume, message rate. What is unknown is a reason against, never a pass. `book` is what others were promised.
 */
export function decideOrder(
  order: NewOrder,
  facts: OrderFacts,
  book: OrderBook,
  policy: OrderPolicy = ORDER_POLICY,
): OrderDecision {
  if (isProvenReducing(order, facts, book)) return decideExit(order, facts, policy);
  const reference = referenceOf(order, facts, policy);
  const price =
    order.limitPrice ?? (reference ? reservedPrice({ limitPrice: null, reference: reference.price }) : null);
  const { unit, reasons: unitReasons } = unitOf(order, facts);
  const amount = price ? reservedAmount({ quantity: order.quantity, price, multiplier: unit, fx: ONE }) : null;
  const value = price ? order.quantity.mul(price).mul(unit) : null;
  const limits = limitReasons({ order, facts, book, amount, value, policy });
  const reasons = [
    ...stateReasons(order, facts),
    ...releaseReasons(order, facts, policy),
    ...(facts.data.isFresh ? [] : [{ code: 'DATA_STALE', message: facts.data.sentence }]),
    ...limits.reasons,
    ...facts.episodes.map((message) => ({ code: 'OPEN_BREACH', message })),
    ...facts.pending.map((message) => ({ code: 'PENDING_BREACH', message })),
    ...unitReasons,
    ...notionalReasons(amount),
    ...priceReasons(order, facts, reference, policy),
    ...limits.sizeReasons,
    ...messageReasons(facts, policy),
  ];
  const isAllowed = reasons.length === 0 && amount !== null;
  return {
    decision: isAllowed ? 'allow' : 'deny',
    flags: [],
    reasons,
    headroom: limits.headroomAfter(isAllowed ? amount : ZERO),
    isReducing: false,
    amount: isAllowed ? amount : ZERO,
    asked: amount ?? ZERO,
    price,
  };
}

function decideExit(order: NewOrder, facts: OrderFacts, policy: OrderPolicy): OrderDecision {
  const flags = ['reduce-only', ...(facts.data.isFresh ? [] : ['stale-position'])];
  const isHalted = facts.tradingState === 'HALTED';
  const mayPass = !isHalted || facts.exitAuthority === 'stands';
  const reasons: OrderReason[] = mayPass
    ? []
    : [
        {
          code: facts.exitAuthority === 'refused' ? 'EXIT_NOT_AUTHORISED' : 'HALTED',
          message: `HALTED: ${facts.stateReason}. An exit passes with an approved action, an emergency or the leave of a Risk officer or Manager; send it as "exit".`,
        },
      ];
  if (isHalted && mayPass) flags.push('exit-under-halt');
  const messages = Math.max(0, policy.messagesPerSecond - facts.recentMessages - 1);
  return {
    decision: mayPass ? 'allow' : 'deny',
    flags,
    reasons,
    headroom: { ...NO_HEADROOM, messages },
    isReducing: true,
    amount: ZERO,
    asked: ZERO,
    price: order.limitPrice ?? facts.seen[0]?.price ?? null,
  };
}

function stateReasons(order: NewOrder, facts: OrderFacts): OrderReason[] {
  const reasons: OrderReason[] = [];
  if (facts.tradingState === 'HALTED')
    reasons.push({ code: 'HALTED', message: `HALTED: ${facts.stateReason}. Strategies send nothing.` });
  if (facts.tradingState === 'REDUCING')
    reasons.push({
      code: 'REDUCING',
      message: `REDUCING: ${facts.stateReason}. Only orders that shrink a position are taken.`,
    });
  if (order.reduceOnly)
    reasons.push({
      code: 'NOT_REDUCING',
      message: `Not proven to reduce: the position is ${positionOf(facts, order.instrument)} with exits on their way, the order is ${order.side} ${order.quantity}.`,
    });
  return reasons;
}

function releaseReasons(order: NewOrder, facts: OrderFacts, policy: OrderPolicy): OrderReason[] {
  const { approvedRelease: approved, engine } = facts;
  if (approved === null)
    return [{ code: 'NO_RELEASE', message: 'No release of this strategy has capital. Launch one first.' }];
  const reasons: OrderReason[] = [];
  if (order.release !== null && order.release !== approved)
    reasons.push({
      code: 'RELEASE_MISMATCH',
      message: `The order comes from release ${order.release}, approved is ${approved}.`,
    });
  if (!engine) reasons.push({ code: 'DIGEST_UNKNOWN', message: 'The engine has not reported which release it runs.' });
  else if (engine.silentMs > policy.engineSilenceMs)
    reasons.push({
      code: 'DIGEST_UNKNOWN',
      message: `The engine has been silent for ${Math.round(engine.silentMs / 1000)} s; at most ${policy.engineSilenceMs / 1000} s is allowed.`,
    });
  else if (engine.release !== approved)
    reasons.push({
      code: 'DIGEST_MISMATCH',
      message: `The engine runs ${engine.release ?? 'no release'}, approved is ${approved}.`,
    });
  return reasons;
}

/** Money that no account holds and no book can promise: said as that, whatever the limits make of it. */
function notionalReasons(amount: Decimal | null): OrderReason[] {
  if (!amount?.gt(MOST_MONEY)) return [];
  const message = `The order is worth ${amount.toExponential(2)}, which is more than any account can hold. Look at its quantity, price, multiplier and FX.`;
  return [{ code: 'NOTIONAL', message }];
}

function messageReasons(facts: OrderFacts, policy: OrderPolicy): OrderReason[] {
  if (facts.recentMessages < policy.messagesPerSecond) return [];
  const message = `${facts.recentMessages + 1} orders in one second exceed ${policy.messagesPerSecond}. Send slower.`;
  return [{ code: 'MESSAGE_RATE', message }];
}
