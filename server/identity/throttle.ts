/** Wrong attempts at one factor of one account, as counted across all instances. */
export type ThrottleState = {
  /** Instants (ISO) of tries in the window that ends now. */
  recent: string[];
  lastTryAt: Date;
  consecutive: number;
  lockedUntil: Date | null;
  hardLockedAt: Date | null;
};

export const WINDOW_MS = 5 * 60_000;
export const FAILURES_IN_WINDOW = 5;
export const LOCK_MS = 15 * 60_000;
export const FAILURES_IN_A_ROW = 100;

export type Attempt =
  | { allowed: true; next: ThrottleState; triesLeft: number }
  | { allowed: false; why: 'locked'; until: Date }
  | { allowed: false; why: 'hard-locked' };

/**
 * Spends one attempt before it is checked, so that parallel guesses cannot outrun the count.
 *
 * The fifth attempt in five minutes is still checked and leaves the factor locked for fifteen minutes unless it was
 * right; the hundredth in a row leaves it locked until an admin unlocks it. A right one starts from nothing again.
 * Live sessions and passkeys are never asked about this. Source: OWASP ASVS 5, NIST SP 800-63B 3.2.2.
 */
export function spendAttempt(state: ThrottleState | null, now: Date): Attempt {
  if (state?.hardLockedAt) return { allowed: false, why: 'hard-locked' };
  if (state?.lockedUntil && state.lockedUntil > now) return { allowed: false, why: 'locked', until: state.lockedUntil };
  const since = now.getTime() - WINDOW_MS;
  // A lock that ran out starts the window anew; otherwise its wrong tries would lock again at the first slip.
  const before = state && !state.lockedUntil ? state.recent.filter((at) => Date.parse(at) > since) : [];
  const recent = [...before, now.toISOString()];
  const consecutive = (state?.consecutive ?? 0) + 1;
  const isFull = recent.length >= FAILURES_IN_WINDOW;
  return {
    allowed: true,
    triesLeft: FAILURES_IN_WINDOW - recent.length,
    next: {
      recent,
      lastTryAt: now,
      consecutive,
      lockedUntil: isFull ? new Date(now.getTime() + LOCK_MS) : null,
      hardLockedAt: consecutive >= FAILURES_IN_A_ROW ? now : null,
    },
  };
}
