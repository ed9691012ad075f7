import type { BucketReason, BucketVerdict } from './soak';

/** A fact that may be missing: what is not known is never taken for fine. */
export type Known<T> = { known: true; value: T } | { known: false; why: string };
export const known = <T>(value: T): Known<T> => ({ known: true, value });
export const unknown = (why: string): Known<never> => ({ known: false, why });

/** What one minute of a tranche is judged by. */
export type SoakFacts = {
  tradingState: Known<'ACTIVE' | 'REDUCING' | 'HALTED'>;
  /** Sentences of open hard breaches of the strategy, its instruments, or the portfolio's drawdown, loss or cash. */
  hardBreaches: Known<readonly string[]>;
  isDataFresh: Known<boolean>;
  /** Seconds since the engine's last heartbeat. */
  heartbeatAgeSeconds: Known<number>;
  digestMatches: Known<boolean>;
  capitalMatches: Known<boolean>;
  criticalAlerts: Known<readonly string[]>;
  highAlerts: Known<readonly string[]>;
  emergencies: Known<readonly string[]>;
  isReconciled: Known<boolean>;
  failedCriticalProbes: Known<readonly string[]>;
  limitsAsApprovedOrTighter: Known<boolean>;
};

export const HEARTBEAT_SECONDS = 30;

type Effect = 'pause' | 'restart';
type Finding = BucketReason & { effect: Effect };

/**
 * The health of one minute: all nine conditions, each with what its failure does. What is unknown pauses, whatever it
 * would do when known to be bad.
 */
export function bucketHealth(facts: SoakFacts): { verdict: BucketVerdict; reasons: BucketReason[] } {
  const found: Finding[] = [];
  const check = <T>(code: string, fact: Known<T>, effect: Effect, judge: (value: T) => string | null) => {
    if (!fact.known) {
      found.push({ code: `${code}-unknown`, message: fact.why, effect: 'pause' });
      return;
    }
    const message = judge(fact.value);
    if (message) found.push({ code, message, effect });
  };
  const anyOf = (list: readonly string[]) => (list.length ? list.join('; ') : null);
  check('state', facts.tradingState, 'restart', (state) => (state === 'ACTIVE' ? null : `trading state is ${state}`));
  check('breach', facts.hardBreaches, 'restart', anyOf);
  check('data', facts.isDataFresh, 'pause', (fresh) => (fresh ? null : 'data is stale'));
  check('heartbeat', facts.heartbeatAgeSeconds, 'pause', (age) =>
    age <= HEARTBEAT_SECONDS ? null : `no heartbeat of the engine for ${Math.round(age)} s`,
  );
  check('digest', facts.digestMatches, 'restart', (matches) => (matches ? null : 'the engine runs another build'));
  check('capital', facts.capitalMatches, 'restart', (matches) =>
    matches ? null : 'the engine works with other capital than was fixed',
  );
  check('critical-alert', facts.criticalAlerts, 'restart', anyOf);
  check('high-alert', facts.highAlerts, 'pause', anyOf);
  check('emergency', facts.emergencies, 'restart', anyOf);
  check('reconciled', facts.isReconciled, 'pause', (is) => (is ? null : 'not reconciled in the last 5 min'));
  check('probe', facts.failedCriticalProbes, 'pause', anyOf);
  check('limits', facts.limitsAsApprovedOrTighter, 'pause', (are) =>
    are ? null : 'limits are looser than those approved',
  );
  const verdict = found.some((one) => one.effect === 'restart') ? 'restart' : found.length ? 'pause' : 'healthy';
  return { verdict, reasons: found.map(({ code, message }) => ({ code, message })) };
}
