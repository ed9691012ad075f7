import { sql as query } from 'drizzle-orm';
import { type Db, db, reservedDb, type Tx } from '@/db/client';
import { DomainError } from './errors';
import { formatNumber, type NumberedKind } from './ids';

export type { Tx };

type Pending = {
  beforeCommit: Array<(tx: Tx, now: Date) => Promise<void>>;
  topics: Set<string>;
  afterCommit: Array<() => void | Promise<void>>;
};
const pending = new WeakMap<Tx, Pending>();

function pendingOf(tx: Tx): Pending {
  const found = pending.get(tx);
  if (!found) throw new Error('This transaction was not opened by inTransaction.');
  return found;
}

/**
 * Work that must be the last of the transaction, such as taking the lock on the head of the event chain. What is registered
 * is sent in its order, one statement behind the other without waiting between them.
 */
export const beforeCommit = (tx: Tx, work: (tx: Tx, now: Date) => Promise<void>): void => {
  pendingOf(tx).beforeCommit.push(work);
};

/** An effect that must not happen if the transaction does not: draining the outbox, waking a runner. */
export const afterCommit = (tx: Tx, work: () => void | Promise<void>): void => {
  pendingOf(tx).afterCommit.push(work);
};

/** Tells every open page and process that queries of this router are out of date. A hint; queries are the truth. */
export const publish = (tx: Tx, topic: string): void => {
  pendingOf(tx).topics.add(topic);
};

const instant = (value: unknown): Date => (value instanceof Date ? value : new Date(String(value)));

/** Domain time by the database's clock (plus the offset of a test or demo database). */
export async function readNow(from: Db | Tx = db): Promise<Date> {
  const [row] = await from.execute<{ now: string }>(query`select app.now() as now`);
  return instant(row?.now);
}

/**
 * One transaction: `work` gets it with domain time `now`. Events and notifications are flushed last, so the lock on
 * the chain's head is held shortest. After commit, effects run; their failure is theirs and never the caller's.
 * `reserved` uses the pool that only the emergency may use; `clock` is a first statement that brings `now` along with facts.
 */
export async function inTransaction<T>(
  work: (tx: Tx, now: Date) => Promise<T>,
  options: { reserved?: boolean; clock?: (tx: Tx) => Promise<Date> } = {},
): Promise<T> {
  const effects: Pending['afterCommit'] = [];
  const result = await ((options.reserved ? reservedDb : db) as Db).transaction(async (tx) => {
    const mine: Pending = { beforeCommit: [], topics: new Set(), afterCommit: effects };
    pending.set(tx, mine);
    const now = await (options.clock ?? readNow)(tx);
    const value = await work(tx, now);
    while (mine.beforeCommit.length > 0) await Promise.all(mine.beforeCommit.splice(0).map((last) => last(tx, now)));
    if (mine.topics.size) {
      await tx.execute(
        query`select pg_notify('going_live', ${JSON.stringify({ topics: [...mine.topics], at: now.toISOString() })})`,
      );
    }
    return value;
  });
  for (const effect of effects) {
    try {
      await effect();
    } catch (error) {
      const { log } = await import('./log');
      log.error({ err: error }, 'an effect after commit failed');
    }
  }
  return result;
}

/**
 * Work that may fail without losing the transaction: on a throw everything it wrote, recorded and published is undone
 * and the error is returned. One handler never takes another's effect with it.
 */
export async function attempt<T>(
  tx: Tx,
  work: () => Promise<T>,
): Promise<{ ok: true; value: T } | { ok: false; error: unknown }> {
  const mine = pendingOf(tx);
  const kept = { before: mine.beforeCommit.length, topics: new Set(mine.topics), after: mine.afterCommit.length };
  await tx.execute(query`savepoint attempt`);
  try {
    const value = await work();
    await tx.execute(query`release savepoint attempt`);
    return { ok: true, value };
  } catch (error) {
    await tx.execute(query`rollback to savepoint attempt`);
    mine.beforeCommit.length = kept.before;
    mine.topics = kept.topics;
    mine.afterCommit.length = kept.after;
    return { ok: false, error };
  }
}

/** The next human number of a kind, such as `L-0042`, from a row counter: no gaps on rollback, no sequence to fork. */
export async function nextNumber(tx: Tx, kind: NumberedKind): Promise<string> {
  const [row] = await tx.execute<{ value: number }>(
    query`insert into counters (kind, value) values (${kind}, 1) on conflict (kind) do update set value = counters.value + 1 returning value`,
  );
  if (!row) throw new DomainError('UNAVAILABLE', 'No number could be given. Try again.');
  return formatNumber(kind, Number(row.value));
}
