import 'server-only';
import {
  type CancelOrder,
  contentOf,
  type NewOrder,
  NO_HEADROOM,
  type OrderAnswer,
  type OrderReason,
} from '../../capital/order';
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
import { findState } from '../ingest/state-store';
import type { RiskState } from '../state';
import { isOfAuthority, NOTHING_KNOWN, type PortfolioNow, portfolioNow, stateOf } from './order-check-facts';
import type { BatchFacts } from './order-check-store';
import { denialWritten, rememberDenial } from './order-denial-memory-store';

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
  /** The same exits until they are kept, however long that takes. */
  unkept: Map<string, UnkeptExit>;
  /** By whose word an exit may pass a halt, as the database said it last. */
  authorities: Map<string, { standing: BatchFacts['authorities']; atMs: number }>;
};

/** An exit that was let pass without the database, whose answer is still to be kept. */
export type UnkeptExit = { order: NewOrder; actor: Actor; answer: OrderAnswer };

/** An authority that stood this recently lets exits pass while nobody can be asked. */
const AUTHORITY_MS = 900_000;

/** Answers given without a database, so that a repeat gets the same: for as long as a process can remember. */
const MOST_DEGRADED = 10_000;
const MOST_PORTFOLIOS = 1_000;

const kept = globalThis as { __goingLiveOrderMemory?: Map<string, Memory> };
kept.__goingLiveOrderMemory ??= new Map();
const memories = kept.__goingLiveOrderMemory;

function memoryOf(portfolioId: string): Memory {
  const held = memories.get(portfolioId);
  if (held) return held;
  const made: Memory = {
    ...{ strategies: new Map(), book: new Map(), degraded: new Map() },
    ...{ exits: new Map(), unkept: new Map(), authorities: new Map() },
  };
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

/** The portfolio as the batch's facts say; decoded only when its version is new, or its accounts are others than before. */
export async function portfolioOf(
  tx: Tx,
  portfolioId: string,
  facts: BatchFacts,
  context: LoadedContext,
): Promise<PortfolioNow> {
  const memory = memoryOf(portfolioId);
  const accounts = context.evaluation.accounts;
  if (!facts.risk) return NOTHING_KNOWN;
  // The facts leave out a state of a version that is known: where accounts changed since, it is looked at again all the same.
  const isOfOthers = facts.risk.state === null && memory.portfolio?.version === -1;
  const stored = isOfOthers ? await findState(portfolioId, tx) : facts.risk;
  if (stored && stored.state !== null) {
    memory.portfolio = portfolioNow(Number(stored.version), decodeState<RiskState>(stored.state), accounts);
  }
  return memory.portfolio!;
}

export function rememberBatch(
  portfolioId: string,
  facts: BatchFacts,
  book: OrderBook,
  orders: readonly NewOrder[],
): void {
  const memory = memoryOf(portfolioId);
  for (const id of new Set(orders.flatMap(({ exit }) => exit?.id.toLowerCase() ?? []))) {
    const standing = facts.authorities.filter((a) => a.id === id);
    if (standing.length > 0) memory.authorities.set(id, { standing, atMs: Date.now() });
    else memory.authorities.delete(id);
  }
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

/** The database knows of this answer now, and answers for it. */
export function answerWritten(portfolioId: string, order: NewOrder): void {
  const memory = memories.get(portfolioId);
  for (const known of [memory?.exits, memory?.degraded, memory?.unkept]) known?.delete(nameOf(order));
  denialWritten(portfolioId, order);
}

/** Exits whose answers are still to be kept; whoever takes them keeps them, or puts them back (`stillUnkept`). */
export function takeUnkept(portfolioId: string): UnkeptExit[] {
  const memory = memories.get(portfolioId);
  if (!memory || memory.unkept.size === 0) return [];
  const taken = [...memory.unkept.values()];
  memory.unkept.clear();
  return taken;
}

/** It could not be kept now: it is tried again with the next batch that can be. */
export function stillUnkept(portfolioId: string, exit: UnkeptExit): void {
  const { unkept } = memoryOf(portfolioId);
  if (unkept.size < MOST_DEGRADED) unkept.set(nameOf(exit.order), exit);
}

/** Whether the authority of an exit was seen to stand: what nobody has seen may be made up. */
function wasStanding(memory: Memory, order: NewOrder, strategyId: string): boolean {
  const seen = order.exit && memory.authorities.get(order.exit.id.toLowerCase());
  if (!seen || Date.now() - seen.atMs >= AUTHORITY_MS) return false;
  return isOfAuthority(order, strategyId, seen.standing);
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
 * An answer without the database: leave to cancel, an exit proven against the last known position (under a halt only by an
 * authority that this process saw standing in the last 15 min), and a denial of everything else. `why` says why there was no
 * check. It is kept with the next batches that have their facts: what is let pass (`takeUnkept`), and of denials the newest
 * (`takeDenials`).
 */
export function degradedAnswer(
  portfolioId: string,
  order: NewOrder | CancelOrder,
  actor: Actor,
  why: OrderReason = { code: 'CANCEL', message: '' },
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
  const denial = { ...answer, decision: 'deny' as const, flags: ['degraded'], reasons: [why] };
  // A portfolio that was never seen may not exist: no more of these are kept than there is room for.
  if (!memory) return denial;
  const strategy = memory.strategies.get(order.strategy);
  const facts = memory.portfolio && strategy && { strategyId: strategy.id, positions: memory.portfolio.positions };
  const mayPass = strategy && (!strategy.isHalted || wasStanding(memory, order, strategy.id));
  if (facts && mayPass && isProvenReducing(order, facts, memory.book)) {
    const { instrument, quantity } = order;
    const promise = { strategyId: facts.strategyId, instrument, amount: ZERO, quantity, isReducing: true };
    memory.book = withPromise(memory.book, promise);
    memory.exits.set(nameOf(order), { promise, atMs: Date.now(), version: memory.portfolio?.version ?? -1 });
    const flags = ['reduce-only', 'degraded', ...(strategy.isHalted ? ['exit-under-halt'] : [])];
    const passed: OrderAnswer = { ...answer, decision: 'allow', flags, reasons: [] };
    stillUnkept(portfolioId, { order, actor, answer: passed });
    return remembered(memory, order, passed);
  }
  rememberDenial(portfolioId, { order, actor, answer: denial });
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
