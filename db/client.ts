import 'server-only';
import { drizzle } from 'drizzle-orm/postgres-js';
import postgres from 'postgres';
import { promptSockets } from './prompt-socket';
import * as schema from './schema';

const url = () => {
  const value = process.env.DATABASE_URL;
  if (value) return value;
  // A build imports modules without talking to a database; nothing connects before the first query.
  if (process.env.NEXT_PHASE === 'phase-production-build') return 'postgres://build@127.0.0.1:1/none';
  throw new Error('DATABASE_URL is not set.');
};

/** Connect, statement and lock timeouts are set here: a frozen database answers nothing, so only our own clock ends the wait. */
const connect = (max: number, timeouts: { statementMs: number; lockMs: number }) =>
  postgres(url(), {
    max,
    connect_timeout: 5,
    idle_timeout: 60,
    onnotice: () => {},
    // Known to the driver, and not to its types.
    ...({ socket: promptSockets() } as object),
    connection: {
      application_name: `going-live-${process.env.GOING_LIVE_PROCESS ?? 'web'}`,
      statement_timeout: timeouts.statementMs,
      lock_timeout: timeouts.lockMs,
      TimeZone: 'UTC',
    },
  });

type Pools = { ordinary: postgres.Sql; reserved: postgres.Sql };
const kept = globalThis as { __goingLivePools?: Pools };

function pools(): Pools {
  kept.__goingLivePools ??= {
    ordinary: connect(Number(process.env.DATABASE_POOL ?? 10), { statementMs: 15_000, lockMs: 5_000 }),
    reserved: connect(2, { statementMs: 1_000, lockMs: 900 }),
  };
  return kept.__goingLivePools;
}

/** The pool of ordinary work. */
export const sql: postgres.Sql = pools().ordinary;

/** Two connections that only the emergency and the health checks use, so that overload never starves them. */
export const reservedSql: postgres.Sql = pools().reserved;

/**
 * The connection as Drizzle uses it, with calls of the house's own functions (`select app.`) prepared: their texts are few and
 * always the same, so each connection parses them once and asks in one round trip instead of two.
 */
function preparing<S extends postgres.Sql>(connection: S): S {
  return new Proxy(connection, {
    get(target, name) {
      if (name === 'unsafe') {
        const unsafe: postgres.Sql['unsafe'] = (text, args, options) =>
          target.unsafe(text, args, text.startsWith('select app.') ? { ...options, prepare: true } : options);
        return unsafe;
      }
      if (name === 'begin') {
        return (work: (tx: postgres.TransactionSql) => Promise<unknown>) =>
          target.begin((tx) => work(preparing(tx as unknown as S) as unknown as postgres.TransactionSql));
      }
      return Reflect.get(target, name);
    },
  });
}

export const db = drizzle(preparing(sql), { schema, casing: 'snake_case' });
export const reservedDb = drizzle(preparing(reservedSql), { schema, casing: 'snake_case' });

export type Db = typeof db;
export type Tx = Parameters<Parameters<Db['transaction']>[0]>[0];

export async function closeDatabase(): Promise<void> {
  await Promise.all([sql.end({ timeout: 5 }), reservedSql.end({ timeout: 5 })]);
  kept.__goingLivePools = undefined;
}
