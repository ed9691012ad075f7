import { type OrderBook, promisedIn } from '../../capital/order-book';
import type { OrderFacts } from '../../capital/order-facts';
import { Decimal, sumOf, ZERO } from '../../kernel/decimal';
import { availableFor, type Edge, SIZING_POLICY, type Sizing, sizePosition, type Volatility } from './sizing';
import { isHypothetical, type SizingView, type SizingWish, traceView } from './sizing-request';

/** Who says what a unit is worth: the register, the newest snapshot that holds it, or the one of a day that closed. */
export type UnitSource = 'registered' | 'newest snapshot' | 'held when a day closed';

/** Everything one sizing is made of, besides the facts of the pre-trade check. */
export type SizingInputs = {
  id: string;
  currency: string;
  strategy: { id: string; name: string };
  release: {
    version: string;
    launchNumber: string;
    allocation: string;
    tranche: number;
    sent: Decimal;
    scale: Decimal;
  } | null;
  wish: SizingWish;
  facts: OrderFacts;
  book: OrderBook;
  dataAsOf: Date | null;
  edge: Edge | null;
  volatility: Volatility;
  price: { value: Decimal; at: Date; source: string } | null;
  /** Multiplier x FX: what one unit of the price is worth in base currency; null where nobody has said. */
  unit: { value: Decimal; source: UnitSource } | null;
  lot: { value: Decimal; isRegistered: boolean };
  entry: { averagePrice: string; openedAt: Date } | null;
};

/** What is free for this position, and what each part of it is. */
function availableTo({ facts, book, wish }: SizingInputs) {
  const { equity, cash, capital, strategyId, positions } = facts;
  const own = positions.filter((p) => p.strategyId === strategyId);
  const ownUse = sumOf(own.filter((p) => p.instrument === wish.instrument).map((p) => p.gross));
  const strategyGross = sumOf(own.map((p) => p.gross));
  const inInstrument = sumOf(positions.filter((p) => p.instrument === wish.instrument).map((p) => p.gross));
  const parts = {
    ownUse,
    strategyGross,
    promised: promisedIn(book),
    promisedToStrategy: promisedIn(book, { strategyId }),
    cashReserve: equity ? equity.mul(facts.cashFloor) : null,
    positionRoom: equity
      ? equity
          .mul(facts.positionLimit)
          .minus(inInstrument)
          .minus(promisedIn(book, { instrument: wish.instrument }))
      : null,
  };
  if (!equity?.gt(0) || !cash || !capital || !parts.positionRoom) return { ...parts, amount: null, binding: null };
  // What it holds itself is taken off each part and given back at the end, so that a target never adds to itself.
  const { amount, binding } = availableFor({
    cash,
    equity,
    cashFloor: facts.cashFloor,
    reservations: parts.promised,
    working: ZERO,
    strategyCapital: capital,
    strategyGrossElsewhere: strategyGross,
    strategyReservations: parts.promisedToStrategy,
    positionHeadroom: parts.positionRoom,
    ownUse,
  });
  return { ...parts, amount, binding };
}

/** Why nothing is sized at all, whatever the figures: trading is restricted, or the data is not to be trusted. */
function blockOf({ facts }: SizingInputs): Sizing | null {
  const blocked = (code: 'TRADING_HALTED' | 'TRADING_REDUCING' | 'DATA_STALE', reason: string): Sizing => ({
    kind: 'cannot-size',
    code,
    reason,
    trace: [],
  });
  if (facts.tradingState === 'HALTED')
    return blocked('TRADING_HALTED', `HALTED: ${facts.stateReason}. Nothing is sized.`);
  if (facts.tradingState === 'REDUCING') {
    return blocked(
      'TRADING_REDUCING',
      `REDUCING: ${facts.stateReason}. Positions may only shrink, so nothing is sized.`,
    );
  }
  return facts.data.isFresh ? null : blocked('DATA_STALE', facts.data.sentence);
}

/** The target of a position with its whole trace, every input, and the constraint that decided. */
export function answerSizing(inputs: SizingInputs): SizingView {
  const { facts, wish, release, price, unit, lot, edge, volatility } = inputs;
  const available = availableTo(inputs);
  const sizing =
    blockOf(inputs) ??
    sizePosition({
      capital: release && facts.capital ? facts.capital : ZERO,
      edge,
      volatility,
      available: available.amount ?? new Decimal(Number.NaN),
      instrument: { price: price?.value ?? null, unit: unit?.value ?? null, lot: lot.value },
    });
  const size = sizing.kind === 'cannot-size' ? null : sizing.size;
  const quantity = sizing.kind === 'sized' ? sizing.quantity : sizing.kind === 'no-edge' ? ZERO : null;
  const held = facts.positions.filter((p) => p.strategyId === facts.strategyId && p.instrument === wish.instrument);
  const money = (value: Decimal | null) => value?.toFixed(2, Decimal.ROUND_DOWN) ?? null;
  return {
    id: inputs.id,
    at: facts.at.toISOString(),
    currency: inputs.currency,
    strategyId: inputs.strategy.id,
    strategyName: inputs.strategy.name,
    releaseVersion: release?.version ?? null,
    launchNumber: release?.launchNumber ?? null,
    instrument: wish.instrument,
    side: wish.side,
    kind: sizing.kind,
    code: sizing.kind === 'cannot-size' ? sizing.code : null,
    reason: sizing.kind === 'cannot-size' ? sizing.reason : null,
    size: money(size),
    quantity: quantity?.mul(wish.side === 'short' ? -1 : 1).toFixed() ?? null,
    shareOfEquity: size && facts.equity?.gt(0) ? size.div(facts.equity).toFixed(12) : null,
    binding: sizing.kind === 'sized' ? sizing.binding : null,
    availableBinding: sizing.kind === 'sized' && sizing.binding === 'available' ? available.binding : null,
    isHypothetical: isHypothetical(wish.assume),
    trace: traceView(sizing),
    inputs: {
      edge: edge && {
        winRate: edge.winRate.toFixed(),
        meanWin: edge.meanWin.toFixed(),
        meanLoss: edge.meanLoss?.toFixed() ?? null,
        trades: edge.trades,
        source: edge.source,
        isOfNotional: true,
      },
      minimumTrades: SIZING_POLICY.minimumTrades,
      volatility:
        volatility.kind === 'value'
          ? { fraction: volatility.fraction.toFixed(12), newestDay: volatility.source }
          : { unknown: volatility.reason },
      targetVolatility: SIZING_POLICY.targetVolatility.toFixed(),
      price: price && {
        value: price.value.toFixed(),
        at: price.at.toISOString(),
        source: price.source,
      },
      unit: unit && { value: unit.value.toFixed(), source: unit.source },
      lot: { value: lot.value.toFixed(), isRegistered: lot.isRegistered },
      equity: money(facts.equity),
      dataAsOf: inputs.dataAsOf?.toISOString() ?? null,
      allocation: release?.allocation ?? null,
      tranche: release?.tranche ?? null,
      capital: release && {
        sent: money(release.sent.mul(release.scale))!,
        current: facts.equity && money(currentCapital(facts.equity, release)),
        used: money(facts.capital) ?? '0.00',
        scale: release.scale.toFixed(),
      },
      available: {
        cash: money(facts.cash),
        cashReserve: money(available.cashReserve),
        promised: money(available.promised)!,
        promisedToStrategy: money(available.promisedToStrategy)!,
        strategyGross: money(available.strategyGross)!,
        positionRoom: money(available.positionRoom),
        ownUse: money(available.ownUse)!,
        amount: money(available.amount),
      },
      position: {
        quantity: sumOf(held.map((p) => p.quantity)).toFixed(),
        averagePrice: inputs.entry?.averagePrice ?? null,
        since: inputs.entry?.openedAt.toISOString() ?? null,
      },
    },
    reservation: null,
  };
}

const currentCapital = (equity: Decimal, release: NonNullable<SizingInputs['release']>): Decimal =>
  Decimal.max(0, equity.mul(release.allocation).mul(release.tranche).div(100).mul(release.scale));

/** Newest price of an instrument: what was seen in the market, else its last daily close. */
export function priceOf(
  facts: OrderFacts,
  instrument: string,
  closes: readonly { day: string; close: Decimal }[],
): SizingInputs['price'] {
  const held = facts.positions.find((p) => p.instrument === instrument);
  const seen = [...facts.seen].sort((a, b) => b.at.getTime() - a.at.getTime())[0];
  if (seen) return { value: seen.price, at: seen.at, source: held ? 'newest snapshot' : 'newest reference' };
  const close = closes.at(-1);
  return close ? { value: close.close, at: new Date(`${close.day}T00:00:00Z`), source: 'daily close' } : null;
}

/**
 * What one unit of the price of an instrument is worth: the most of what the register and the positions say, so that an old
 * rate never enlarges a position. Null where neither knows: nothing is assumed, a future of 50 a point would be 50 times the size.
 */
export function unitOf(
  facts: Pick<OrderFacts, 'positions' | 'registeredUnit'>,
  instrument: string,
  register: 'registered' | 'snapshot' | null,
): SizingInputs['unit'] {
  const held = facts.positions
    .filter((p) => p.instrument === instrument)
    .map((p) => ({ value: p.unit, source: 'newest snapshot' as const }));
  const source = register === 'snapshot' ? ('held when a day closed' as const) : ('registered' as const);
  const kept = facts.registeredUnit ? [{ value: facts.registeredUnit, source }] : [];
  return [...kept, ...held].reduce<SizingInputs['unit']>(
    (most, one) => (most?.value.gte(one.value) ? most : one),
    null,
  );
}
