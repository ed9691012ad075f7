import 'server-only';
import { merkleRoot } from '../../audit/merkle';
import { recordEvent } from '../../audit/record';
import type { CancelOrder, NewOrder, OrderAnswer } from '../../capital/order';
import { bookFrom, storedBook, withoutPromise, withPromise } from '../../capital/order-book';
import { referenceOf } from '../../capital/order-collar';
import { decideOrder, ORDER_POLICY } from '../../capital/order-decision';
import { type FirstAnswer, repeatedAnswer } from '../../capital/order-repeat';
import { authorize } from '../../identity/authorize';
import { type Actor, actorRef } from '../../kernel/actor';
import { isOfContent } from '../../kernel/content-error';
import { DomainError } from '../../kernel/errors';
import { newId } from '../../kernel/ids';
import { log } from '../../kernel/log';
import { beforeCommit, inTransaction, type Tx } from '../../kernel/transaction';
import { answerRow, deniedAt, lateDecision, promiseOf, reservedFor } from './order-answer-row';
import { forgetCaller } from './order-caller-store';
import { asked, factsOf, stateOf } from './order-check-facts';
import {
  answerWritten,
  contextOf,
  degradedAnswer,
  degradedBefore,
  portfolioOf,
  rememberBatch,
  rememberedVersion,
  stillUnkept,
  strangerAt,
  strangerOf,
  takeUnkept,
  withUnwrittenExits,
} from './order-check-memory-store';
import { BatchQueue, type InBatch } from './order-check-queue';
import { type AnswerRow, type BatchFacts, engineOfStrategy, loadBatchFacts, saveAnswers } from './order-check-store';
import { rememberDenial, takeDenials } from './order-denial-memory-store';
import { undoLate } from './order-undo-actions';
import { BUDGET, type TimeBudget, timeBudget, withinMs } from './time-budget';

const BATCH_AT_MOST = 100;
/** Of denials that were given without the database so many are written with a batch: they keep no order that is asked for now. */
const DENIALS_A_BATCH = 20;

type Item = { order: NewOrder; actor: Actor; budget: TimeBudget };
type Result = OrderAnswer | DomainError;

const queue = new BatchQueue<Item, Result>(answerBatch, {
  budgetMs: ({ budget }) => budget.leftMs(),
  batchAtMost: BATCH_AT_MOST,
  late: (portfolioId, { order, actor }) =>
    strangerAt(portfolioId, order.strategy, actor) ??
    degradedAnswer(portfolioId, order, actor, {
      code: 'TIME_OUT',
      message: `The check took over ${BUDGET.ms} ms. New risk is denied; ask again with another clientOrderId.`,
    }),
  tooLate: (portfolioId, { order, actor }, decided, answered) => {
    if (decided instanceof DomainError || decided.decision === 'deny' || answered instanceof DomainError) return;
    // Both let the exit pass: what the batch promised it stands.
    if (answered.decision === 'allow') return answerWritten(portfolioId, order);
    undoLate(actor, { portfolioId, strategy: order.strategy, answer: answered }).catch((err) =>
      log.error(
        { err, portfolioId, clientOrderId: order.clientOrderId },
        'a promise made too late could not be undone',
      ),
    );
  },
});

/**
 * May this order be sent? Answers allow or deny with every reason and what is left, and promises what it allowed: money for
 * 60 s to new risk, the quantity of the position to an exit.
 *
 * Orders of a portfolio are answered one after the other under one row lock, those that wait together in one transaction,
 * so that two callers never get the last of the headroom both. A clientOrderId asked again for the same order gets its
 * first answer, unless it is a leave that ran out (`repeatedAnswer`). When facts cannot be had before `budget` is used up
 * (250 ms from when the request came in) new risk is denied; an exit proven against the last known position passes, flagged.
 * Throws FORBIDDEN (also for a key of another engine than the strategy's), NOT_FOUND (strategy).
 */
export async function checkOrder(
  actor: Actor,
  portfolioId: string,
  order: NewOrder | CancelOrder,
  budget: TimeBudget = timeBudget(),
): Promise<OrderAnswer> {
  if (actor.kind === 'person') throw new DomainError('FORBIDDEN', 'Orders are checked by machines, with an API key.');
  authorize(actor, 'sizing.run', { portfolioId, keyScope: 'orders:check' });
  if (order.intent === 'cancel') {
    await refuseStranger(actor, portfolioId, order.strategy, budget);
    return degradedAnswer(portfolioId, order, actor);
  }
  const before = degradedBefore(portfolioId, order);
  if (before) {
    await refuseStranger(actor, portfolioId, order.strategy, budget);
    return repeatedAnswer(order, before, new Date());
  }
  const result = await queue.ask(portfolioId, { order, actor, budget });
  if (result instanceof DomainError) throw result;
  return result;
}

/** Throws FORBIDDEN for a key of another engine: by the database, or by what is remembered while that does not answer. */
async function refuseStranger(actor: Actor, portfolioId: string, ref: string, budget: TimeBudget): Promise<void> {
  if (actor.kind !== 'key' || actor.engineId === null) return;
  const asked = engineOfStrategy(portfolioId, ref).then(
    (found) => found && strangerOf(actor, { ref, engineId: found.engineId }),
  );
  const stranger = await withinMs(budget.leftMs(), asked).catch(() => strangerAt(portfolioId, ref, actor));
  if (stranger) throw stranger;
}

/** An order that its content keeps from being decided or kept is alone with that: the batch is asked again by halves. */
async function answerBatch(portfolioId: string, batch: readonly InBatch<Item, Result>[]): Promise<Result[]> {
  try {
    let facts: BatchFacts | undefined;
    const results = await inTransaction((tx, now) => decideBatch(tx, now, portfolioId, batch, facts!), {
      clock: async (tx) => {
        facts = await loadBatchFacts(tx, portfolioId, batch.map(askedOf), rememberedVersion(portfolioId));
        return new Date(facts.at);
      },
    });
    for (const [index, { item, answered }] of batch.entries())
      if (answered && results[index] === answered) answerWritten(portfolioId, item.order);
    for (const { order, actor, answer } of [...takeUnkept(portfolioId), ...takeDenials(portfolioId, DENIALS_A_BATCH)])
      queue.tell(portfolioId, { order, actor, budget: timeBudget() }, answer);
    return results;
  } catch (err) {
    if (err instanceof DomainError && err.kind === 'not-found') return batch.map(({ answered }) => answered ?? err);
    const isOfOne = isOfContent(err);
    if (isOfOne && batch.length > 1) {
      const half = Math.ceil(batch.length / 2);
      const first = await answerBatch(portfolioId, batch.slice(0, half));
      return [...first, ...(await answerBatch(portfolioId, batch.slice(half)))];
    }
    for (const { item, answered } of isOfOne ? [] : batch) {
      if (isPassed(answered)) stillUnkept(portfolioId, { ...item, answer: answered });
      else if (isDenied(answered)) rememberDenial(portfolioId, { ...item, answer: answered });
    }
    log.error({ err, portfolioId, orders: batch.length }, 'orders could not be checked');
    const message =
      'The check could not be made: its facts could not be read. New risk is denied; ask again with another clientOrderId.';
    return batch.map(
      ({ item: { order, actor }, answered }) =>
        answered ??
        strangerAt(portfolioId, order.strategy, actor) ??
        degradedAnswer(portfolioId, order, actor, { code: 'UNAVAILABLE', message }),
    );
  }
}

/** Let pass without facts: what is kept of it says so, whoever asked and whatever became of the key since. */
const isPassed = (answered: Result | null): answered is OrderAnswer =>
  answered !== null && !(answered instanceof DomainError) && answered.decision === 'allow';

/** Denied without facts, however long ago. */
const isDenied = (answered: Result | null): answered is OrderAnswer =>
  answered !== null && !(answered instanceof DomainError) && answered.decision === 'deny';

const askedOf = ({ item: { order, actor } }: InBatch<Item, Result>) =>
  asked(order, actor.kind === 'key' ? actor.keyId : null);

async function decideBatch(
  tx: Tx,
  now: Date,
  portfolioId: string,
  batch: readonly InBatch<Item, Result>[],
  facts: BatchFacts,
): Promise<Result[]> {
  const items = batch.map(({ item }) => item);
  let book = bookFrom(facts.book);
  for (const gone of facts.gone) book = withoutPromise(book, promiseOf(gone));
  const context = await contextOf(tx, portfolioId, facts.contextDigest);
  const portfolio = await portfolioOf(tx, portfolioId, facts, context);
  const answered = new Map<string, FirstAnswer>(facts.repeats.map((r) => [`${r.strategyId}|${r.clientOrderId}`, r]));
  const counted = new Map<string, number>();
  const rows: AnswerRow[] = [];
  const used: string[] = [];
  const results = batch.map(({ item: { order, actor }, answered: late }): Result => {
    const row = facts.strategies.find((s) => s.ref === order.strategy);
    const refusal = isPassed(late) ? null : refusalOf(actor, facts, row);
    if (refusal) return refusal;
    if (!row) return new DomainError('NOT_FOUND', `No strategy of this portfolio is named ${order.strategy}.`);
    const key = `${row.id}|${order.clientOrderId}`;
    const first = answered.get(key);
    if (late instanceof DomainError) return late;
    if (first) return late ?? repeatedAnswer(order, first, now);
    const recent = counted.get(row.id) ?? Number(row.recent);
    // What was denied without the database was a message of then.
    if (!isDenied(late)) counted.set(row.id, recent + 1);
    const freed = reservedFor(order, row.id, facts.reserved, used);
    const available = freed ? withoutPromise(book, promiseOf(freed)) : book;
    const orderFacts = factsOf(order, row, { facts, now, portfolio, context, recent });
    const inTime = decideOrder(order, orderFacts, withUnwrittenExits(portfolioId, available));
    const decided = late ? lateDecision(late, inTime) : inTime;
    const state = stateOf(facts, { portfolioId, strategyId: row.id }).state;
    const seen = referenceOf(order, orderFacts, ORDER_POLICY);
    const askedBy = actorRef(actor);
    const at = isDenied(late) ? deniedAt(late, Date.now(), now) : now;
    const kept = answerRow({ id: newId(), order, askedBy, strategyId: row.id, decided, state, now: at, late, seen });
    if (decided.decision === 'allow') {
      book = withPromise(available, promiseOf(kept));
      if (freed) used.push(freed.id);
    }
    rows.push(kept);
    answered.set(key, { answer: kept.answer, content: kept.content, hasRunOut: false });
    return kept.answer;
  });
  if (rows.length > 0 || facts.gone.length > 0)
    beforeCommit(tx, () => saveAnswers(tx, { portfolioId, rows, used, totals: storedBook(book), now }));
  tell(tx, portfolioId, items, rows);
  rememberBatch(
    portfolioId,
    facts,
    book,
    items.map(({ order }) => order),
  );
  return results;
}

/**
 * A key counts as it stands when its order is decided: revoked is revoked at once, however it was remembered; and one that
 * names an engine asks for the strategies of that engine.
 */
function refusalOf(
  actor: Actor,
  facts: BatchFacts,
  strategy: { ref: string; engineId: string | null } | undefined,
): DomainError | null {
  if (actor.kind !== 'key') return null;
  const key = facts.keys.find((k) => k.id === actor.keyId);
  if (key?.scopes.includes('orders:check'))
    return strategy ? strangerOf({ ...actor, engineId: key.engineId }, strategy) : null;
  forgetCaller(actor.keyId);
  return new DomainError('UNAUTHENTICATED', `The API key "${actor.name}" was revoked, has expired or lost its scope.`);
}

/** One event per caller and batch, with the root over its answers: the answers themselves are rows. */
function tell(tx: Tx, portfolioId: string, items: readonly Item[], rows: readonly AnswerRow[]): void {
  for (const by of new Set(rows.map((row) => row.askedBy))) {
    const own = rows.filter((row) => row.askedBy === by);
    const actor = items.find((item) => actorRef(item.actor) === by)!.actor;
    recordEvent(tx, {
      type: 'capital.orders-checked',
      actor,
      subject: { kind: 'portfolio', id: portfolioId },
      portfolioId,
      data: {
        allowed: own.filter((row) => row.state === 'held').length,
        denied: own.filter((row) => row.state === 'denied').length,
        first: own[0]!.id,
        merkleRoot: merkleRoot(own.map((row) => JSON.stringify([row.id, row.strategyId, row.answer]))),
      },
    });
  }
}
