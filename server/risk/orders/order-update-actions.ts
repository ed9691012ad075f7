import 'server-only';
import { recordEvent } from '../../audit/record';
import { bookFrom, storedBook } from '../../capital/order-book';
import type { OrderUpdate } from '../../capital/order-update';
import { authorize } from '../../identity/authorize';
import type { Actor } from '../../kernel/actor';
import { isOfContent } from '../../kernel/content-error';
import { DomainError, notFound } from '../../kernel/errors';
import { log } from '../../kernel/log';
import { inTransaction } from '../../kernel/transaction';
import { loadContext, type StrategyName } from '../ingest/context-store';
import { strangerOf } from './order-check-memory-store';
import { lockBook } from './order-check-store';
import { tellDenied } from './order-denied-actions';
import { isExit } from './order-entry-actions';
import { haltIfTooMany } from './order-execution-actions';
import { change, type Desk, fill, isEndedByEngine, isPromised, type Outcome, within } from './order-fill-actions';
import { type Sent, tellSent, tellUnchecked } from './order-unchecked-actions';
import { lockReservations, type ReservationRow, saveBook } from './order-update-store';

export type UpdateResult = {
  accepted: number;
  /** Told before: nothing was changed. */
  duplicates: number;
  refused: { index: number; code: string; message: string }[];
};

/**
 * Records what became of orders: what was submitted works and never expires, what ended gives back its promise, a fill is
 * kept as an execution and is promised on its own until a snapshot has seen it, also the exit of an order that nobody was
 * asked for; one that was denied and sent all the same holds what it asked for, and a person is told.
 *
 * Each execution counts once, however often it is told. 100 executions of a strategy in 10 minutes halt it until a risk
 * officer lifts that. A bad row is told with its index and loses nothing else: a batch that a row fails is kept by halves.
 * Throws FORBIDDEN, NOT_FOUND (portfolio).
 */
export async function recordOrderUpdates(
  actor: Actor,
  input: { portfolioId: string; updates: readonly OrderUpdate[] },
): Promise<UpdateResult> {
  const { portfolioId, updates } = input;
  if (actor.kind === 'person') throw new DomainError('FORBIDDEN', 'Order updates come from machines, with an API key.');
  authorize(actor, 'sizing.run', { portfolioId, keyScope: 'orders:check' });
  return keepUpdates(actor, portfolioId, updates);
}

async function keepUpdates(actor: Actor, portfolioId: string, updates: readonly OrderUpdate[]): Promise<UpdateResult> {
  const kept = await keepTogether(actor, portfolioId, updates).catch((error: unknown) => {
    if (!isOfContent(error)) throw error;
    if (updates.length <= 1) log.error({ err: error, portfolioId }, 'an order update could not be kept');
    return null;
  });
  if (kept) {
    await tellSent(actor, portfolioId, kept.sent);
    return kept.result;
  }
  if (updates.length <= 1) {
    const message = 'cannot be kept: it, or what it leads to, is larger than what is stored';
    return { accepted: 0, duplicates: 0, refused: updates.map((_, index) => ({ index, code: 'NOT_KEPT', message })) };
  }
  const half = Math.ceil(updates.length / 2);
  const first = await keepUpdates(actor, portfolioId, updates.slice(0, half));
  const second = await keepUpdates(actor, portfolioId, updates.slice(half));
  return {
    accepted: first.accepted + second.accepted,
    duplicates: first.duplicates + second.duplicates,
    refused: [...first.refused, ...second.refused.map((one) => ({ ...one, index: one.index + half }))],
  };
}

async function keepTogether(
  actor: Actor,
  portfolioId: string,
  updates: readonly OrderUpdate[],
): Promise<{ result: UpdateResult; sent: Sent[] }> {
  return inTransaction(async (tx, now) => {
    const book = bookFrom(await lockBook(tx, portfolioId, now));
    const loaded = await loadContext(portfolioId, tx);
    if (!loaded) throw notFound('The portfolio');
    const rows = await lockReservations(tx, portfolioId, updates);
    const orders = new Map(rows.map((row) => [`${row.ref}|${row.clientOrderId}`, row as ReservationRow]));
    const fills = updates.filter(({ executionId }) => executionId !== null);
    const moved = new Set(
      fills.map((u) => `${u.strategy}|${orders.get(`${u.strategy}|${u.clientOrderId}`)?.instrument ?? u.instrument}`),
    );
    const desk: Desk = { tx, now, actor, portfolioId, book, orders, sent: [], filled: new Map(), moved };
    const result: UpdateResult = { accepted: 0, duplicates: 0, refused: [] };
    const traded = new Map<string, StrategyName>();
    for (const [index, told] of updates.entries()) {
      // Nothing was done that is still to come: a clock that is ahead says now.
      const update = { ...told, at: told.at > now ? now : told.at };
      const strategy = loaded.strategies.find((s) => s.ref === update.strategy);
      const stranger = strategy && strangerOf(actor, strategy);
      const outcome: Outcome = stranger
        ? { code: stranger.code, message: stranger.message }
        : strategy
          ? await apply(desk, update, strategy)
          : { code: 'NOT_FOUND', message: `no strategy of this portfolio is named ${update.strategy}` };
      if (outcome === 'accepted') result.accepted += 1;
      else if (outcome === 'duplicate') result.duplicates += 1;
      else result.refused.push({ index, ...outcome });
      if (outcome === 'accepted' && strategy && update.executionId) traded.set(strategy.id, strategy);
    }
    await saveBook(tx, portfolioId, storedBook(desk.book), now);
    for (const [strategy, orders] of desk.filled) await tellUnchecked(desk, orders, strategy);
    for (const strategy of traded.values()) await haltIfTooMany(tx, now, strategy, loaded);
    if (result.accepted > 0) {
      recordEvent(tx, {
        type: 'capital.orders-updated',
        actor,
        subject: { kind: 'portfolio', id: portfolioId },
        portfolioId,
        data: { ...result, refused: result.refused.length, orders: updates.slice(0, 20).map(wordsOf) },
      });
    }
    return { result, sent: desk.sent };
  });
}

const wordsOf = (u: OrderUpdate) => `${u.strategy} ${u.clientOrderId} ${u.status}`;

async function apply(desk: Desk, update: OrderUpdate, strategy: StrategyName): Promise<Outcome> {
  const key = `${update.strategy}|${update.clientOrderId}`;
  const row = desk.orders.get(key);
  if (update.status === 'filled' || update.status === 'partially-filled') return fill(desk, update, strategy, key);
  if (!row) {
    if (update.status === 'submitted') await noteSent(desk, update, strategy);
    return { code: 'UNKNOWN_ORDER', message: `order ${update.clientOrderId} was never checked here` };
  }
  if (update.status === 'submitted') {
    if (row.submittedAt || isEndedByEngine(row)) return 'duplicate';
    // An order that was sent works, whether it was allowed in time or at all: its money is spoken for.
    await change(desk, key, row, {
      state: 'working',
      submittedAt: within(row.createdAt, update.at, desk.now),
      expiresAt: null,
      releasedAt: null,
      releasedWhy: null,
    });
    await tellDenied(desk, row, strategy);
    return 'accepted';
  }
  if (!isPromised(row)) return 'duplicate';
  // What was filled before the end is promised on its own, until a snapshot has seen it.
  if (row.state !== 'filled')
    await change(desk, key, row, { state: 'released', releasedAt: desk.now, releasedWhy: update.status });
  return 'accepted';
}

/**
 * An order that nobody was asked for is looked at after the book is free again. What this batch itself fills moves the
 * position that says whether it is an exit: there it is looked at in its turn.
 */
async function noteSent(desk: Desk, update: OrderUpdate, strategy: StrategyName): Promise<void> {
  const isMoved = desk.moved.has(`${update.strategy}|${update.instrument}`);
  if (isMoved && (await isExit(desk, strategy.id, update))) return;
  desk.sent.push({ update, strategy });
}
