/** Wrong attempts at one factor of one account, as counted across all instances. */
export type ThrottleState = {
  windowStartedAt: Date;
  failures: number;
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
  const sameWindow =
    state !== null && !state.lockedUntil && now.getTime() - state.windowStartedAt.getTime() < WINDOW_MS;
  const failures = (sameWindow ? state.failures : 0) + 1;
  const consecutive = (state?.consecutive ?? 0) + 1;
  const isFull = failures >= FAILURES_IN_WINDOW;
  return {
    allowed: true,
    triesLeft: FAILURES_IN_WINDOW - failures,
    next: {
      windowStartedAt: sameWindow ? state.windowStartedAt : now,
      failures,
      consecutive,
      lockedUntil: isFull ? new Date(now.getTime() + LOCK_MS) : null,
      hardLockedAt: consecutive >= FAILURES_IN_A_ROW ? now : null,
    },
  };
}
