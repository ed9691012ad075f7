import 'server-only';
import { sql as query } from 'drizzle-orm';
import { db } from '@/db/client';
import type { OrderAnswer } from '../../capital/order';
import type { StoredBook } from '../../capital/order-book';
import type { FirstAnswer } from '../../capital/order-repeat';
import { DomainError } from '../../kernel/errors';
import type { Tx } from '../../kernel/transaction';
import type { LatchScope } from '../../trading-state/latch';

/** What one order of a batch asks the database about. */
export type Asked = {
  strategy: string;
  clientOrderId: string;
  instrument: string;
  exitKind: string | null;
  exitId: string | null;
  reservationId: string | null;
  /** The API key that asks, to be looked at again; null where nobody's key is behind it. */
  keyId: string | null;
};

export type GoneRow = {
  strategyId: string;
  instrument: string;
  amount: string;
  quantity: string;
  isReducing: boolean;
};

/** Everything a batch is decided on that may have changed since the last one. */
export type BatchFacts = {
  /** Domain time of the decision, read under the lock. */
  at: string;
  /** What is promised, before what is `gone`. */
  book: StoredBook;
  /** Keys behind the batch that live now. */
  keys: { id: string; scopes: string[]; engineId: string | null }[];
  gone: GoneRow[];
  risk: { version: number; asOf: string | null; suspect: boolean; state: unknown | null } | null;
  latches: {
    scope: LatchScope['kind'];
    portfolioId: string | null;
    strategyId: string | null;
    state: 'REDUCING' | 'HALTED';
    reason: string;
  }[];
  episodes: { measure: string; scope: string; strategyId: string | null; subject: string; sentence: string }[];
  strategies: {
    id: string;
    ref: string;
    engineId: string | null;
    capital: string | null;
    scale: string | null;
    allocation: string | null;
    tranche: number | null;
    release: string | null;
    heartbeatAt: string | null;
    reported: { release: string | null } | null;
    recent: number;
  }[];
  repeats: ({ strategyId: string; clientOrderId: string } & FirstAnswer)[];
  reserved: (GoneRow & { id: string })[];
  instruments: {
    instrument: string;
    unit: string | null;
    averageDailyVolume: string | null;
    /** The newest day with a volume, where the last 20 are too old to say what trades now. */
    volumesEndedOn: string | null;
    marks: { price: string; at: string }[] | null;
    /** The newest mark or daily close, of any age. */
    last: { price: string; at: string } | null;
  }[];
  authorities: { id: string; strategyId: string | null; instrument: string | null }[];
  /** Changes with any version of limits, the calendar or the accounts of the portfolio. */
  contextDigest: string;
};

/** The sums promised in a portfolio, its row locked: from here to commit nobody else promises anything in it. */
export async function lockBook(tx: Tx, portfolioId: string, now: Date): Promise<StoredBook> {
  const lock = () =>
    tx.execute<{ totals: StoredBook }>(
      query`select totals from order_books where portfolio_id = ${portfolioId} for update`,
    );
  const [held] = await lock();
  if (held) return held.totals;
  await tx.execute(
    query`insert into order_books (portfolio_id, totals, updated_at) values (${portfolioId}, '{}', ${now.toISOString()}::timestamptz) on conflict do nothing`,
  );
  const [made] = await lock();
  if (!made) throw new DomainError('UNAVAILABLE', 'The book of this portfolio could not be opened. Try again.');
  return made.totals;
}

/**
 * Facts of a batch in one round trip, the book locked first (`app.order_facts`); what has run out is released by the way
 * and told as `gone`. `known` is the version of the risk state the caller remembers: the state comes along only when it is another.
 */
export async function loadBatchFacts(
  tx: Tx,
  portfolioId: string,
  asked: readonly Asked[],
  known: number,
): Promise<BatchFacts> {
  const [row] = await tx.execute<{ facts: BatchFacts }>(
    query`select app.order_facts(${portfolioId}, ${JSON.stringify(asked)}::jsonb, ${known}) as facts`,
  );
  if (!row) throw new DomainError('UNAVAILABLE', 'The facts of this check could not be read. Try again.');
  return row.facts;
}

export type AnswerRow = {
  id: string;
  strategyId: string;
  clientOrderId: string;
  instrument: string;
  side: string;
  quantity: string;
  price: string | null;
  amount: string;
  isReducing: boolean;
  state: 'held' | 'denied';
  answer: OrderAnswer;
  content: string;
  askedBy: string;
  askedAt: string;
  expiresAt: string | null;
  mark: { price: string; at: string } | null;
};

/** Keeps the answers of a batch, the sums after it and the reference prices it came with, in one round trip (`app.keep_order_answers`); what was asked earlier is dated then, in another. */
export async function saveAnswers(
  tx: Tx,
  input: { portfolioId: string; rows: readonly AnswerRow[]; used: readonly string[]; totals: StoredBook; now: Date },
): Promise<void> {
  const { portfolioId, rows, used, totals, now } = input;
  await tx.execute(
    query`select app.keep_order_answers(${portfolioId}, ${JSON.stringify(rows)}::jsonb, ${JSON.stringify(used)}::jsonb, ${JSON.stringify(totals)}::jsonb, ${now.toISOString()}::timestamptz)`,
  );
  const earlier = rows
    .filter(({ askedAt }) => askedAt !== now.toISOString())
    .map(({ id, askedAt }) => ({ id, askedAt }));
  if (earlier.length === 0) return;
  await tx.execute(
    query`update reservations o set created_at = e."askedAt" from jsonb_to_recordset(${JSON.stringify(earlier)}::jsonb) as e(id uuid, "askedAt" timestamptz) where o.id = e.id`,
  );
}

/** The engine of a strategy, by the engine's name of it; null where there is no such strategy. */
export async function engineOfStrategy(portfolioId: string, ref: string): Promise<{ engineId: string | null } | null> {
  const [row] = await db.execute<{ engineId: string | null }>(
    query`select engine_id as "engineId" from strategies where portfolio_id = ${portfolioId} and engine_ref = ${ref}`,
  );
  return row ?? null;
}
