import 'server-only';
import { type CancelOrder, contentOf, type NewOrder, NO_HEADROOM, type OrderAnswer } from '../../capital/order';
import { type OnePromise, type OrderBook, withPromise } from '../../capital/order-book';
import { isProvenReducing } from '../../capital/order-decision';
import type { FirstAnswer } from '../../capital/order-repeat';
import { RESERVATION_MS } from '../../capital/reservation';
import type { Actor } from '../../kernel/actor';
import { ZERO } from '../../kernel/decimal';
import { DomainError, notFound } from '../../kernel/errors';
import type { Tx } from '../../kernel/transaction';
import { type LoadedContext, loadContext } from '../ingest/context-store';
import { decodeState } from '../ingest/state-codec';
import type { RiskState } from '../state';
import { NOTHING_KNOWN, type PortfolioNow, portfolioNow, stateOf } from './order-check-facts';
import type { BatchFacts } from './order-check-store';

/** What this process knows of a portfolio since its last batch. Never the truth: read anew, or used for exits only. */
type Memory = {
  context?: { digest: string; loaded: LoadedContext };
  portfolio?: PortfolioNow;
  /** For the time without a database: who trades here, in which state, and what was promised. */
  strategies: Map<string, { id: string; isHalted: boolean; engineId: string | null }>;
  book: OrderBook;
  degraded: Map<string, { answer: OrderAnswer; content: string; atMs: number }>;
  /** Exits let pass without a database that it does not know of yet. */
  exits: Map<string, { promise: OnePromise; atMs: number; version: number }>;
};

/** Answers given without a database, so that a repeat gets the same: for as long as a process can remember. */
const MOST_DEGRADED = 10_000;
const MOST_PORTFOLIOS = 1_000;

const kept = globalThis as { __goingLiveOrderMemory?: Map<string, Memory> };
kept.__goingLiveOrderMemory ??= new Map();
const memories = kept.__goingLiveOrderMemory;

function memoryOf(portfolioId: string): Memory {
  const held = memories.get(portfolioId);
  if (held) return held;
  const made: Memory = { strategies: new Map(), book: new Map(), degraded: new Map(), exits: new Map() };
  memories.set(portfolioId, made);
  return made;
}

/** The version of the risk state that is remembered; -1 for none. */
export const rememberedVersion = (portfolioId: string): number => memories.get(portfolioId)?.portfolio?.version ?? -1;

/** Limits, calendar and accounts of a portfolio, loaded again whenever the digest over them is another. */
export async function contextOf(tx: Tx, portfolioId: string, digest: string): Promise<LoadedContext> {
  const known = memories.get(portfolioId)?.context;
  if (known?.digest === digest) return known.loaded;
  const loaded = await loadContext(portfolioId, tx);
  if (!loaded) throw notFound('The portfolio');
  const memory = memoryOf(portfolioId);
  memory.context = { digest, loaded };
  // Accounts decide what is complete.
  if (memory.portfolio) memory.portfolio = { ...memory.portfolio, version: -1 };
  return loaded;
}

/** The portfolio as the batch's facts say; decoded only when its version is new. */
export function portfolioOf(portfolioId: string, facts: BatchFacts, context: LoadedContext): PortfolioNow {
  const memory = memoryOf(portfolioId);
  const accounts = context.evaluation.accounts;
  if (!facts.risk) return NOTHING_KNOWN;
  if (facts.risk.state !== null) {
    memory.portfolio = portfolioNow(Number(facts.risk.version), decodeState<RiskState>(facts.risk.state), accounts);
  }
  return memory.portfolio!;
}

export function rememberBatch(portfolioId: string, facts: BatchFacts, book: OrderBook): void {
  const memory = memoryOf(portfolioId);
  for (const row of facts.strategies) {
    const isHalted = stateOf(facts, { portfolioId, strategyId: row.id }).state === 'HALTED';
    memory.strategies.set(row.ref, { id: row.id, isHalted, engineId: row.engineId });
  }
  memory.book = withUnwrittenExits(portfolioId, book);
}

/**
 * A book of the database with the exits this process let pass without it: each counts as long as a promise does, and until
 * a snapshot is newer than the position it was proven against, so that the next exit cannot cross zero.
 */
export function withUnwrittenExits(portfolioId: string, book: OrderBook): OrderBook {
  const memory = memories.get(portfolioId);
  let counted = book;
  for (const [name, { promise, atMs, version }] of memory?.exits ?? []) {
    if (Date.now() - atMs < RESERVATION_MS || memory?.portfolio?.version === version)
      counted = withPromise(counted, promise);
    else memory?.exits.delete(name);
  }
  return counted;
}

/** The database knows of this exit now, and answers for it. */
export function exitWritten(portfolioId: string, order: NewOrder): void {
  memories.get(portfolioId)?.exits.delete(nameOf(order));
  memories.get(portfolioId)?.degraded.delete(nameOf(order));
}

/** FORBIDDEN where a key names another engine than the one a strategy was seen with; null where it does not, or nobody knows. */
export function strangerAt(portfolioId: string, ref: string, actor: Actor): DomainError | null {
  const strategy = memories.get(portfolioId)?.strategies.get(ref);
  return strategy ? strangerOf(actor, { ref, engineId: strategy.engineId }) : null;
}

/** FORBIDDEN where a key names another engine than the strategy's; null where it does not. */
export const strangerOf = (actor: Actor, strategy: { ref: string; engineId: string | null }): DomainError | null =>
  actor.kind !== 'key' || actor.engineId === null || actor.engineId === strategy.engineId
    ? null
    : new DomainError(
        'FORBIDDEN',
        `The API key "${actor.name}" is of another engine than the one that trades ${strategy.ref}.`,
      );

/**
 * An answer without the database: leave to cancel, an exit proven against the last known position (under a halt only with
 * its authority, which is looked at later), and a denial of everything else. `reason` says why there was no check.
 */
export function degradedAnswer(
  portfolioId: string,
  order: NewOrder | CancelOrder,
  code = 'CANCEL',
  reason = '',
): OrderAnswer {
  const answer = {
    clientOrderId: order.clientOrderId,
    headroom: NO_HEADROOM,
    reservation: null,
    tradingState: 'unknown' as const,
    at: new Date().toISOString(),
  };
  if (order.intent === 'cancel') return { ...answer, decision: 'allow', flags: ['cancel'], reasons: [] };
  const memory = memories.get(portfolioId) ?? (memories.size < MOST_PORTFOLIOS ? memoryOf(portfolioId) : null);
  const denial = { ...answer, decision: 'deny' as const, flags: ['degraded'], reasons: [{ code, message: reason }] };
  // A portfolio that was never seen may not exist: no more of these are kept than there is room for.
  if (!memory) return denial;
  const strategy = memory.strategies.get(order.strategy);
  const facts = memory.portfolio && strategy && { strategyId: strategy.id, positions: memory.portfolio.positions };
  const mayPass = strategy && (!strategy.isHalted || order.exit !== null);
  if (facts && mayPass && isProvenReducing(order, facts, memory.book)) {
    const { instrument, quantity } = order;
    const promise = { strategyId: facts.strategyId, instrument, amount: ZERO, quantity, isReducing: true };
    memory.book = withPromise(memory.book, promise);
    memory.exits.set(nameOf(order), { promise, atMs: Date.now(), version: memory.portfolio?.version ?? -1 });
    const flags = ['reduce-only', 'degraded', ...(strategy.isHalted ? ['exit-under-halt'] : [])];
    return remembered(memory, order, { ...answer, decision: 'allow', flags, reasons: [] });
  }
  return remembered(memory, order, denial);
}

const nameOf = (order: NewOrder) => JSON.stringify([order.strategy, order.clientOrderId]);

function remembered(memory: Memory, order: NewOrder, answer: OrderAnswer): OrderAnswer {
  memory.degraded.set(nameOf(order), { answer, content: contentOf(order), atMs: Date.now() });
  const [oldest] = memory.degraded.keys();
  if (memory.degraded.size > MOST_DEGRADED && oldest !== undefined) memory.degraded.delete(oldest);
  return answer;
}

/** The answer this process gave to the same order without a database; undefined where it gave none. */
export function degradedBefore(portfolioId: string, order: NewOrder): FirstAnswer | undefined {
  const before = memories.get(portfolioId)?.degraded.get(nameOf(order));
  return before && { ...before, hasRunOut: Date.now() - before.atMs >= RESERVATION_MS };
}
