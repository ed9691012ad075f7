import type { NewOrder } from '../../capital/order';
import type { HeldPosition, OrderFacts, PriceSeen } from '../../capital/order-facts';
import { usableCapital } from '../../capital/strategy-capital';
import { Decimal } from '../../kernel/decimal';
import { effectiveState, type Latch, latchesOn } from '../../trading-state/latch';
import { pendingKeys } from '../breaches/episode-drive';
import type { LoadedContext } from '../ingest/context-store';
import { DEFAULT_LIMITS, MEASURE_LABEL, type Measure } from '../limit-definition';
import { limitFor, setsInForce } from '../limits';
import { grossOf, shortGross } from '../measures';
import { oldestSample, totalsOf } from '../samples';
import type { CountedTrades } from '../sizing/edge';
import type { RiskState } from '../state';
import { type Freshness, freshnessOf } from '../unknown';
import type { Asked, BatchFacts } from './order-check-store';

/** What the newest snapshots of a portfolio say, kept until a newer version is there. */
export type PortfolioNow = {
  version: number;
  asOf: Date | null;
  /** An account that never reported: the portfolio is unknown. */
  isComplete: boolean;
  equity: Decimal | null;
  cash: Decimal | null;
  positions: HeldPosition[];
  pending: string[];
  /** Closed trades of each strategy as its snapshots count them. */
  trades: Record<string, CountedTrades>;
};

export const NOTHING_KNOWN: PortfolioNow = {
  version: -1,
  asOf: null,
  isComplete: false,
  equity: null,
  cash: null,
  positions: [],
  pending: [],
  trades: {},
};

/** The portfolio as its risk state tells it: equity, cash less what short sales brought, positions by strategy. */
export function portfolioNow(version: number, state: RiskState, accounts: readonly string[]): PortfolioNow {
  const held = Object.values(state.accounts);
  const pending = pendingKeys(state);
  if (held.length === 0) return { ...NOTHING_KNOWN, version, pending };
  const totals = totalsOf(held);
  return {
    version,
    // A closed account owes no snapshot any more.
    asOf: oldestSample(state.accounts, accounts) ?? totals.oldestAsOf,
    isComplete: accounts.every((id) => state.accounts[id] !== undefined),
    equity: totals.equity,
    // What a short sale brought in counts for nothing already; of new risk a short uses its gross as a long does.
    cash: totals.cash?.minus(shortGross(totals.positions)) ?? null,
    positions: totals.positions.map((p) => ({
      strategyId: p.strategy,
      instrument: p.instrument,
      quantity: p.quantity,
      gross: grossOf(p),
      price: p.price,
      unit: p.multiplier.mul(p.fx),
    })),
    pending,
    trades: Object.fromEntries(
      Object.entries(state.strategies).map(([id, s]) => [
        id,
        s.trades ? { closed: s.trades.closed, recent: s.outcomes } : null,
      ]),
    ),
  };
}

/** What an order asks the database about. */
export const asked = (order: NewOrder, keyId: string | null): Asked => ({
  strategy: order.strategy,
  clientOrderId: order.clientOrderId,
  instrument: order.instrument,
  exitKind: order.exit?.kind ?? null,
  exitId: order.exit?.id ?? null,
  reservationId: order.reservationId,
  keyId,
});

const latchesFrom = (facts: BatchFacts): Latch[] =>
  facts.latches.map((l, index) => ({
    id: String(index),
    scope: { kind: l.scope, portfolioId: l.portfolioId, strategyId: l.strategyId },
    state: l.state,
    cause: { kind: 'person', id: '', label: '' },
    reason: l.reason,
    exitRule: 'one-person',
    earliestExitAt: null,
    openedAt: new Date(index),
    liftedAt: null,
  }));

/** The trading state of one strategy and why, by the latches of the batch. */
export function stateOf(facts: BatchFacts, place: { portfolioId: string; strategyId: string | null }) {
  const latches = latchesFrom(facts);
  return { state: effectiveState(latches, place), reason: latchesOn(latches, place)[0]?.reason ?? '' };
}

/** Whether data is fresh enough for new risk, in words where it is not. */
export function dataSentence(now: PortfolioNow, freshness: Freshness, suspect: boolean) {
  if (!now.isComplete || freshness.state === 'missing')
    return { isFresh: false, sentence: 'Data is missing: an account of this portfolio has not reported.' };
  if (freshness.state === 'stale') {
    const age = Math.round(freshness.ageMs / 1000);
    const most = Math.round(freshness.maxAgeMs / 1000);
    return { isFresh: false, sentence: `Data is ${age} s old; at most ${most} s is allowed for new risk.` };
  }
  if (suspect) return { isFresh: false, sentence: 'The newest snapshot is suspect and waits for one that agrees.' };
  return { isFresh: true, sentence: '' };
}

const OF_ALL: readonly Measure[] = ['drawdown', 'dailyLoss', 'cash'];

/** Whether a breach stands in the way of one order: those of the portfolio, of its strategy, or of its instrument. */
function covers(
  b: { measure: string; scope: string; id: string | null; subject: string },
  strategyId: string,
  instrument: string,
) {
  if (b.scope === 'strategy') return b.id === strategyId && b.measure === 'drawdown';
  if (b.measure === 'position') return b.subject === instrument;
  return OF_ALL.includes(b.measure as Measure);
}

function pendingSentence(key: string): string {
  const [measure = '', , , subject] = key.split('|');
  const name = MEASURE_LABEL[measure as Measure] ?? measure;
  return `${name}${subject ? ` ${subject}` : ''} is beyond its limit in the newest sample and waits for the next`;
}

/** Capital of a strategy: the smaller of what its engine was sent and what the formula gives now; null without any. */
export function capitalOf(row: BatchFacts['strategies'][number], equity: Decimal | null): Decimal | null {
  if (row.capital === null || row.allocation === null || row.tranche === null) return null;
  const scale = new Decimal(row.scale ?? 1);
  const sent = new Decimal(row.capital).mul(scale);
  if (!equity) return sent;
  return usableCapital(sent, equity.mul(row.allocation).mul(row.tranche).div(100).mul(scale));
}

/** Facts of one order out of those of its batch. `recent` counts orders of the strategy in this second, the batch's own included. */
export function factsOf(
  order: Pick<NewOrder, 'instrument' | 'exit'>,
  row: BatchFacts['strategies'][number],
  input: { facts: BatchFacts; now: Date; portfolio: PortfolioNow; context: LoadedContext; recent: number },
): OrderFacts {
  const { facts, now, portfolio, context, recent } = input;
  const { evaluation } = context;
  const place = { portfolioId: context.portfolio.id, strategyId: row.id };
  const { state, reason } = stateOf(facts, place);
  const sets = setsInForce(evaluation.sets, now);
  const hard = (measure: 'position' | 'cash', subject: string | null) =>
    (
      limitFor(sets, { measure, appliesTo: 'portfolio', subject }, now) ??
      DEFAULT_LIMITS.find((l) => l.measure === measure)!
    ).hard;
  const freshness = freshnessOf(portfolio.asOf, now, evaluation.calendar, evaluation.reportingIntervalMs);
  const instrument = facts.instruments.find((i) => i.instrument === order.instrument);
  const breaches = facts.episodes.filter((e) => covers({ ...e, id: e.strategyId }, row.id, order.instrument));
  const waiting = portfolio.pending.filter((key) => {
    const [measure = '', scope = '', id = '', subject = ''] = key.split('|');
    return covers({ measure, scope, id, subject }, row.id, order.instrument);
  });
  const seen = pricesSeen(order.instrument, instrument, portfolio);
  return {
    at: now,
    strategyId: row.id,
    tradingState: state,
    stateReason: reason,
    approvedRelease: row.capital !== null && row.tranche ? row.release : null,
    engine:
      row.heartbeatAt && row.reported
        ? { release: row.reported.release, silentMs: now.getTime() - Date.parse(row.heartbeatAt) }
        : null,
    data: dataSentence(portfolio, freshness, facts.risk?.suspect ?? false),
    equity: portfolio.equity,
    cash: portfolio.cash,
    cashFloor: hard('cash', null),
    positionLimit: hard('position', order.instrument),
    capital: capitalOf(row, portfolio.equity),
    positions: portfolio.positions,
    episodes: breaches.map((e) => e.sentence),
    pending: waiting.map(pendingSentence),
    seen,
    last: lastOf(seen, instrument),
    averageDailyVolume: instrument?.averageDailyVolume ? new Decimal(instrument.averageDailyVolume) : null,
    volumesEndedOn: instrument?.volumesEndedOn ?? null,
    registeredUnit: instrument?.unit ? new Decimal(instrument.unit) : null,
    recentMessages: recent,
    exitAuthority: authorityOf(order, row.id, facts),
  };
}

function pricesSeen(
  instrument: string,
  row: BatchFacts['instruments'][number] | undefined,
  portfolio: PortfolioNow,
): PriceSeen[] {
  const marks = (row?.marks ?? []).map((m) => ({ price: new Decimal(m.price), at: new Date(m.at) }));
  const held = portfolio.positions.find((p) => p.instrument === instrument);
  const own = held && portfolio.asOf && held.price.gt(0) ? [{ price: held.price, at: portfolio.asOf }] : [];
  return [...own, ...marks];
}

function lastOf(seen: readonly PriceSeen[], row: BatchFacts['instruments'][number] | undefined): PriceSeen | null {
  const kept = row?.last ? [{ price: new Decimal(row.last.price), at: new Date(row.last.at) }] : [];
  return [...seen, ...kept].sort((a, b) => b.at.getTime() - a.at.getTime())[0] ?? null;
}

/** Whether one of these authorities is the one that an exit names, and is of its strategy and instrument. */
export function isOfAuthority(
  order: Pick<NewOrder, 'exit' | 'instrument'>,
  strategyId: string,
  standing: BatchFacts['authorities'],
): boolean {
  const id = order.exit?.id.toLowerCase();
  return standing.some(
    (a) =>
      a.id === id &&
      (a.strategyId === null || a.strategyId === strategyId) &&
      (a.instrument === null || a.instrument === order.instrument),
  );
}

function authorityOf(
  order: Pick<NewOrder, 'exit' | 'instrument'>,
  strategyId: string,
  facts: BatchFacts,
): OrderFacts['exitAuthority'] {
  if (!order.exit) return 'none';
  return isOfAuthority(order, strategyId, facts.authorities) ? 'stands' : 'refused';
}
