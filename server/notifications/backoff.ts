export const MAX_ATTEMPTS = 12;
/** A receiver that refuses us outright (4xx, 3xx) is asked a few times: it may have been mid-deployment. */
export const MAX_REFUSED_ATTEMPTS = 4;
const FIRST_MS = 5_000;
const LONGEST_MS = 10 * 60_000;
const LONGEST_ASKED_MS = 60 * 60_000;

/**
 * Milliseconds until the next attempt: 5 s doubling to 10 min, spread by a fifth to either side. `attempt` counts from 1,
 * `random` is in [0, 1). A receiver's Retry-After (seconds) is kept where it is longer, up to an hour.
 */
export function retryDelayMs(attempt: number, random: number, retryAfterSeconds?: number): number {
  const plain = Math.min(LONGEST_MS, FIRST_MS * 2 ** Math.max(0, attempt - 1));
  const spread = Math.round(plain * (0.8 + 0.4 * random));
  const asked = retryAfterSeconds === undefined ? 0 : Math.min(LONGEST_ASKED_MS, Math.max(0, retryAfterSeconds) * 1000);
  return Math.max(spread, asked);
}

/** Seconds of a Retry-After header: a number, or a date measured from `now`. Undefined when absent or unreadable. */
export function retryAfterSeconds(header: string | undefined, now: Date): number | undefined {
  if (!header) return undefined;
  if (/^\d+$/.test(header.trim())) return Number(header.trim());
  const at = Date.parse(header);
  return Number.isNaN(at) ? undefined : Math.max(0, Math.ceil((at - now.getTime()) / 1000));
}
