import 'server-only';
import { RateLimiterMemory, type RateLimiterRes } from 'rate-limiter-flexible';
import type { KeyActor, PersonActor } from '../kernel/actor';
import { DomainError } from '../kernel/errors';

/** Requests of one key to one route, per instance: enough for an engine that reports each second, and for a backfill. */
const POINTS = 300;
const SECONDS = 10;

const kept = globalThis as { __goingLiveKeyRate?: RateLimiterMemory };
kept.__goingLiveKeyRate ??= new RateLimiterMemory({ points: POINTS, duration: SECONDS });
const limiter = kept.__goingLiveKeyRate;

/** Whose allowance a request takes: the key's, or the person's where a page may ask as well. */
export const allowanceOf = (actor: KeyActor | PersonActor): string =>
  actor.kind === 'key' ? actor.keyId : actor.personId;

/** Takes one request from a key's allowance, or `share` of one. Throws TOO_MANY (429) with the seconds to wait. */
export async function takeRequest(keyId: string, route: string, share = 1): Promise<void> {
  try {
    await limiter.consume(`${route}:${keyId}`, share);
  } catch (refused) {
    const waitMs = (refused as RateLimiterRes).msBeforeNext ?? SECONDS * 1000;
    throw new DomainError(
      'TOO_MANY',
      `More than ${Math.round(POINTS / share)} requests in ${SECONDS} s. Wait; where a route takes batches, send larger ones.`,
      {
        data: { retryAfterSeconds: Math.max(1, Math.ceil(waitMs / 1000)) },
      },
    );
  }
}
