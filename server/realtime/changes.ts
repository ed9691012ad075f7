import 'server-only';
import { on } from 'node:events';
import { TRPCError, type TrackedEnvelope, tracked } from '@trpc/server';
import { DomainError } from '../kernel/errors';
import { toTrpcError } from '../trpc/errors';
import { EVERYTHING, type Hint } from './hints';
import { hub } from './hub';
import { shutdown } from './shutdown';
import { isSessionAlive } from './store';

export type Change = { topics: string[]; at: string; seq: number };

const RECHECK_MS = 10_000;

type Kept = { __goingLiveStreams?: number };
const kept = globalThis as Kept;
kept.__goingLiveStreams ??= 0;

/** Event streams that this process serves now. */
export const openStreams = (): number => kept.__goingLiveStreams ?? 0;

/**
 * Hints for one browser: which queries to ask again, as they change. The first hint after a (re)connection is `all`, for
 * what happened in between is not known. Ends with SERVICE_UNAVAILABLE when the process stops, which makes the browser
 * come back by itself, and with UNAUTHENTICATED within `recheckMs` of the session's end.
 */
export async function* changes(
  session: { id: string },
  signal: AbortSignal | undefined,
  recheckMs = RECHECK_MS,
): AsyncGenerator<TrackedEnvelope<Change>> {
  const stop = new AbortController();
  const ends = AbortSignal.any([stop.signal, shutdown.signal, ...(signal ? [signal] : [])]);
  let lost = false;
  const recheck = setInterval(() => {
    isSessionAlive(session.id)
      .then((alive) => {
        if (alive) return;
        lost = true;
        stop.abort();
      })
      // A database that does not answer says nothing of the session; queries refuse by themselves.
      .catch(() => {});
  }, recheckMs);
  recheck.unref();
  kept.__goingLiveStreams = openStreams() + 1;
  let seq = 0;
  const envelope = (hint: Hint) => {
    seq += 1;
    return tracked(`${hint.at}/${seq}`, { ...hint, seq });
  };
  try {
    // Listening begins before the first hint, so nothing falls between.
    const hints = on(hub().emitter, 'hint', { signal: ends });
    yield envelope({ topics: [EVERYTHING], at: new Date().toISOString() });
    for await (const [hint] of hints) yield envelope(hint as Hint);
  } catch (error) {
    if (lost) throw toTrpcError(new DomainError('UNAUTHENTICATED', 'This session has ended. Sign in again.'));
    if (shutdown.signal.aborted) throw new TRPCError({ code: 'SERVICE_UNAVAILABLE' });
    if ((error as Error).name !== 'AbortError') throw error;
  } finally {
    clearInterval(recheck);
    kept.__goingLiveStreams = openStreams() - 1;
  }
}
