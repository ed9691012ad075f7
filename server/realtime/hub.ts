import 'server-only';
import { EventEmitter } from 'node:events';
import postgres from 'postgres';
import { log } from '../kernel/log';
import { EVERYTHING, type Hint, hintFrom } from './hints';

export type Hub = {
  emitter: EventEmitter<{ hint: [Hint] }>;
  /** When this process last (re)started to listen; null while it does not. */
  listeningSince: Date | null;
};

type Kept = { __goingLiveHub?: Hub; __goingLiveHubSql?: postgres.Sql };
const kept = globalThis as Kept;

const RETRY_MS = 1_000;

/**
 * The one LISTEN of this process, fanned out to its streams. It has a direct connection of its own, because a pooler in
 * transaction mode forgets LISTEN. postgres.js listens again after a lost connection; what fell between is unknown, so
 * each (re)start tells everybody to ask for everything.
 */
export function hub(): Hub {
  if (kept.__goingLiveHub) return kept.__goingLiveHub;
  const emitter = new EventEmitter<{ hint: [Hint] }>();
  emitter.setMaxListeners(0);
  const made: Hub = { emitter, listeningSince: null };
  kept.__goingLiveHub = made;
  const url = process.env.DATABASE_LISTEN_URL ?? process.env.DATABASE_URL;
  if (!url) throw new Error('DATABASE_URL is not set.');
  const sql = postgres(url, {
    max: 1,
    idle_timeout: 0,
    max_lifetime: null,
    connect_timeout: 5,
    onnotice: () => {},
    connection: { application_name: `going-live-listen-${process.env.GOING_LIVE_PROCESS ?? 'web'}` },
  });
  kept.__goingLiveHubSql = sql;
  const listen = (): void => {
    sql
      .listen(
        'going_live',
        (payload) => emitter.emit('hint', hintFrom(payload, new Date())),
        () => {
          made.listeningSince = new Date();
          emitter.emit('hint', { topics: [EVERYTHING], at: made.listeningSince.toISOString() });
        },
      )
      .catch((error: unknown) => {
        log.warn({ err: error }, 'cannot listen for changes; trying again');
        // The process may be told to stop meanwhile; a wait must not keep it alive.
        setTimeout(listen, RETRY_MS).unref();
      });
  };
  listen();
  return made;
}

/** Ends the connection of this process, for tests and a clean stop. */
export async function closeHub(): Promise<void> {
  await kept.__goingLiveHubSql?.end({ timeout: 1 });
  kept.__goingLiveHub = undefined;
  kept.__goingLiveHubSql = undefined;
}
