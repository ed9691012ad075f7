import 'server-only';
import { recordEvent } from '../../audit/record';
import { newestCloses } from '../../capital/instrument-store';
import { NO_HEADROOM } from '../../capital/order';
import { bookFrom, type OrderBook, storedBook, withoutPromise, withPromise } from '../../capital/order-book';
import { RESERVATION_MS } from '../../capital/reservation';
import { authorize, visiblePortfolios } from '../../identity/authorize';
import { type Actor, actorRef } from '../../kernel/actor';
import { Decimal, moneyText, quantityText } from '../../kernel/decimal';
import { DomainError, notFound } from '../../kernel/errors';
import { newId } from '../../kernel/ids';
import { inTransaction, publish, type Tx } from '../../kernel/transaction';
import { factsOf } from '../orders/order-check-facts';
import { contextOf, portfolioOf, rememberedVersion } from '../orders/order-check-memory-store';
import { type BatchFacts, loadBatchFacts } from '../orders/order-check-store';
import { insertReservation, registeredUnit, saveBook } from '../orders/order-update-store';
import { dateIn } from '../session-day';
import { VOLATILITY_RETURNS, volatilityOf } from '../volatility';
import { countedSince, edgeToUse } from './edge';
import { answerSizing, priceOf, type SizingInputs, unitOf } from './sizing-answer';
import { assumedEdge, assumedVolatility, isHypothetical, type SizingView, type SizingWish } from './sizing-request';
import {
  entryOf,
  findSizedStrategy,
  insertSizing,
  liveTrades,
  releaseInForce,
  tradesCountedBefore,
} from './sizing-store';

type Which = { strategyId: string } | { portfolioId: string; ref: string };
type Strategy = NonNullable<Awaited<ReturnType<typeof findSizedStrategy>>>;

const FEE_MARGIN = new Decimal('1.001');

/**
 * Sizes a position of a strategy in an instrument as a target, records it with who asked, and holds the amount for 60 s
 * where that is wished. What cannot be sized is answered with its reason, and recorded as well.
 *
 * Reads and reserves under the lock of the portfolio's book, so that what it says is free is free. Throws FORBIDDEN,
 * NOT_FOUND, INVALID (a hypothetical sizing cannot reserve).
 */
export async function sizeForStrategy(actor: Actor, which: Which, wish: SizingWish): Promise<SizingView> {
  if (wish.reserve && isHypothetical(wish.assume)) {
    throw new DomainError('INVALID', 'An assumed figure reserves nothing. Size without assumptions first.');
  }
  return inTransaction(async (tx, now) => {
    const strategy = await findSizedStrategy(which, tx);
    const visible = visiblePortfolios(actor);
    if (!strategy || (visible !== null && !visible.includes(strategy.portfolioId))) throw notFound('The strategy');
    const { portfolioId, ownerId } = strategy;
    authorize(actor, 'sizing.run', { portfolioId, ownerId, keyScope: 'sizing:run' });
    const { inputs, book } = await gather(tx, now, strategy, wish);
    const view = answerSizing(inputs);
    const after = wish.reserve ? await reserve(tx, now, { actor, strategy, inputs, view, book }) : { view, book };
    await saveBook(tx, portfolioId, storedBook(after.book), now);
    await keep(tx, now, actor, strategy, after.view);
    return after.view;
  });
}

async function gather(
  tx: Tx,
  now: Date,
  strategy: Strategy,
  wish: SizingWish,
): Promise<{ inputs: SizingInputs; book: OrderBook }> {
  const { portfolioId, ref } = strategy;
  const asked = { strategy: ref, clientOrderId: '', instrument: wish.instrument };
  const none = { exitKind: null, exitId: null, reservationId: null, keyId: null };
  const batch = await loadBatchFacts(tx, portfolioId, [{ ...asked, ...none }], rememberedVersion(portfolioId));
  let book = bookFrom(batch.book);
  for (const gone of batch.gone) {
    book = withoutPromise(book, { ...gone, amount: new Decimal(gone.amount), quantity: new Decimal(gone.quantity) });
  }
  const context = await contextOf(tx, portfolioId, batch.contextDigest);
  const portfolio = await portfolioOf(tx, portfolioId, batch, context);
  const row = batch.strategies.find((s) => s.id === strategy.id) as BatchFacts['strategies'][number];
  const order = { instrument: wish.instrument, exit: null };
  const facts = factsOf(order, row, { facts: batch, now, portfolio, context, recent: 0 });
  const until = dateIn(context.evaluation.calendar.zone, now);
  const newest = { most: VOLATILITY_RETURNS + 1, until };
  const closes = (await newestCloses(portfolioId, wish.instrument, newest, tx)).map((c) => ({
    day: c.day,
    close: new Decimal(c.close),
  }));
  const release = await releaseInForce(strategy.id, tx);
  const trades = await liveTrades(strategy.id, release?.since ?? now, tx);
  const before = release && (await tradesCountedBefore(strategy, release.since, tx));
  const counted = countedSince(portfolio.trades[strategy.id] ?? null, before);
  const edge = edgeToUse(release?.expectation ?? null, trades, counted);
  const registered = await registeredUnit(portfolioId, wish.instrument, tx);
  const inputs: SizingInputs = {
    id: newId(),
    currency: strategy.currency,
    strategy: { id: strategy.id, name: strategy.name },
    release: release && {
      ...release,
      sent: new Decimal(release.capital),
      scale: new Decimal(release.scale),
    },
    wish,
    facts,
    book,
    dataAsOf: portfolio.asOf,
    edge: assumedEdge(edge, wish.assume),
    volatility: assumedVolatility(volatilityOf(closes, context.evaluation.calendar, now), wish.assume),
    price: priceOf(facts, wish.instrument, closes),
    unit: unitOf(facts, wish.instrument, registered?.source ?? null),
    lot: { value: new Decimal(registered?.lot ?? 1), isRegistered: registered?.lot != null },
    entry: await entryOf(strategy.id, wish.instrument, tx),
  };
  return { inputs, book };
}

/** Holds what the target needs beyond what the position uses already; under a minute later it is free again. */
async function reserve(
  tx: Tx,
  now: Date,
  about: { actor: Actor; strategy: Strategy; inputs: SizingInputs; view: SizingView; book: OrderBook },
): Promise<{ view: SizingView; book: OrderBook }> {
  const { actor, strategy, inputs, view, book } = about;
  const { available } = view.inputs;
  const beyond = new Decimal(view.size ?? 0).minus(available.ownUse);
  if (view.kind !== 'sized' || beyond.lte(0)) return { view, book };
  const free = new Decimal(available.amount ?? 0).minus(available.ownUse);
  const amount = Decimal.min(beyond.mul(FEE_MARGIN), free).toDecimalPlaces(2, Decimal.ROUND_DOWN);
  const id = newId();
  const expiresAt = new Date(now.getTime() + RESERVATION_MS);
  const reservation = {
    id,
    clientOrderId: `sizing:${view.id}`,
    amount: amount.toFixed(2),
    expiresAt: expiresAt.toISOString(),
  };
  const quantity = new Decimal(view.quantity ?? 0).abs();
  await insertReservation(tx, {
    id,
    portfolioId: strategy.portfolioId,
    strategyId: strategy.id,
    clientOrderId: reservation.clientOrderId,
    instrument: inputs.wish.instrument,
    side: inputs.wish.side === 'short' ? 'sell' : 'buy',
    quantity: quantityText(quantity),
    price: inputs.price && quantityText(inputs.price.value),
    amount: moneyText(amount),
    isReducing: false,
    state: 'held',
    answer: {
      decision: 'allow',
      clientOrderId: reservation.clientOrderId,
      flags: ['sizing'],
      reasons: [],
      headroom: NO_HEADROOM,
      reservation: { id, amount: reservation.amount, expiresAt: reservation.expiresAt },
      tradingState: inputs.facts.tradingState,
      at: now.toISOString(),
    },
    askedBy: actorRef(actor),
    createdAt: now,
    expiresAt,
  });
  const promise = { strategyId: strategy.id, instrument: inputs.wish.instrument, amount, quantity, isReducing: false };
  return { view: { ...view, reservation }, book: withPromise(book, promise) };
}

async function keep(tx: Tx, now: Date, actor: Actor, strategy: Strategy, view: SizingView): Promise<void> {
  await insertSizing(tx, {
    id: view.id,
    portfolioId: strategy.portfolioId,
    strategyId: strategy.id,
    instrument: view.instrument,
    side: view.side,
    kind: view.kind,
    code: view.code,
    size: view.size,
    quantity: view.quantity,
    binding: view.binding,
    result: view,
    reservationId: view.reservation?.id ?? null,
    askedBy: actorRef(actor),
    askedByName: actor.name,
    byMachine: actor.kind !== 'person',
    askedAt: now,
  });
  const { kind, code, reason, size, quantity, binding, instrument, side, isHypothetical, reservation } = view;
  recordEvent(tx, {
    type: 'risk.position-sized',
    actor,
    subject: { kind: 'strategy', id: strategy.id },
    portfolioId: strategy.portfolioId,
    data: {
      sizing: view.id,
      instrument,
      side,
      kind,
      code,
      reason,
      size,
      quantity,
      binding,
      isHypothetical,
      reserved: reservation?.amount ?? null,
    },
  });
  publish(tx, 'sizing');
}
