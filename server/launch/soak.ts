import type { SoakPolicy, SoakRequirement } from './policy';

export type BucketVerdict = 'healthy' | 'pause' | 'restart';
export type BucketReason = { code: string; message: string };
/** Health of one minute, named by its start. */
export type SoakBucket = { bucket: Date; verdict: BucketVerdict; reasons: readonly BucketReason[] };

export type SoakSegment = { kind: 'counted' | 'paused' | 'restarted'; from: Date; to: Date; reason: string };

export type SoakProgress = {
  countedSeconds: number;
  requiredSeconds: number;
  /** When the stretch that counts now began. */
  startedAt: Date;
  pausedSeconds: number;
  state: 'counting' | 'paused' | 'restarted' | 'complete';
  /** Why it is paused or was restarted, as the bucket said it. */
  reason: string;
  segments: SoakSegment[];
  restarts: { at: Date; why: string }[];
  /** If nothing pauses it any more; null once complete. */
  earliestEnd: Date | null;
};

const MINUTE = 60_000;
const floorMinute = (at: Date) => Math.floor(at.getTime() / MINUTE) * MINUTE;
const ceilMinute = (at: Date) => Math.ceil(at.getTime() / MINUTE) * MINUTE;
const NO_RECORD = 'no record of its health';

/**
 * How much of a tranche's soak has been held, from the minutes recorded since it was entered.
 *
 * A healthy minute counts 60 s. A minute that is missing or unknown pauses. A restarting minute, one pause over the
 * longest allowed, or pauses that together exceed the allowed share of the demand, begin it again. Only whole minutes
 * that have ended count, so it never exceeds the time that has passed. The order of the buckets does not matter.
 */
export function soakProgress(input: {
  enteredAt: Date;
  now: Date;
  buckets: readonly SoakBucket[];
  requirement: Pick<SoakRequirement, 'hours'>;
  policy: Pick<SoakPolicy, 'longestPauseMinutes' | 'largestPausedShare'>;
}): SoakProgress {
  const requiredSeconds = input.requirement.hours * 3600;
  const byMinute = worstPerMinute(input.buckets);
  const walk = new Walk(ceilMinute(input.enteredAt), input.policy, requiredSeconds);
  const end = floorMinute(input.now);
  for (let minute = walk.start; minute < end; minute += MINUTE) walk.step(minute, byMinute.get(minute));
  const remaining = requiredSeconds - walk.counted;
  const state = remaining <= 0 ? 'complete' : walk.state;
  return {
    countedSeconds: walk.counted,
    requiredSeconds,
    startedAt: new Date(walk.start),
    pausedSeconds: walk.paused,
    state,
    reason: state === 'counting' || state === 'complete' ? '' : walk.reason,
    segments: walk.segments,
    restarts: walk.restarts,
    earliestEnd: remaining <= 0 ? null : new Date(Math.max(end, walk.start) + remaining * 1000),
  };
}

const WORSE: Record<BucketVerdict, number> = { healthy: 0, pause: 1, restart: 2 };

/** One verdict per minute; were there ever two, the worse one stands. */
function worstPerMinute(buckets: readonly SoakBucket[]): Map<number, SoakBucket> {
  const found = new Map<number, SoakBucket>();
  for (const one of buckets) {
    const minute = floorMinute(one.bucket);
    const other = found.get(minute);
    if (!other || WORSE[one.verdict] > WORSE[other.verdict]) found.set(minute, one);
  }
  return found;
}

class Walk {
  counted = 0;
  paused = 0;
  state: 'counting' | 'paused' | 'restarted' = 'counting';
  reason = '';
  segments: SoakSegment[] = [];
  restarts: { at: Date; why: string }[] = [];
  private pause = 0;
  private readonly longestPause: number;
  private readonly mostPaused: number;

  constructor(
    public start: number,
    policy: Pick<SoakPolicy, 'longestPauseMinutes' | 'largestPausedShare'>,
    requiredSeconds: number,
  ) {
    this.longestPause = policy.longestPauseMinutes * 60;
    this.mostPaused = policy.largestPausedShare * requiredSeconds;
  }

  step(minute: number, bucket: SoakBucket | undefined): void {
    const reason = bucket ? bucket.reasons.map((one) => one.message).join('; ') : NO_RECORD;
    if (bucket?.verdict === 'healthy') {
      this.counted += 60;
      this.pause = 0;
      this.state = 'counting';
      this.draw('counted', minute, '');
      return;
    }
    if (bucket?.verdict === 'restart') {
      this.restart(minute, reason);
      return;
    }
    this.pause += 60;
    this.paused += 60;
    // Once restarted, a pause that goes on is still the same trouble, not a new restart each minute.
    if (this.counted === 0 && this.state === 'restarted') {
      this.restart(minute, this.reason, true);
      return;
    }
    this.state = 'paused';
    this.reason = reason;
    this.draw('paused', minute, reason);
    if (this.pause > this.longestPause) this.restart(minute, `paused too long: ${reason}`);
    else if (this.paused > this.mostPaused) this.restart(minute, `paused too often: ${reason}`);
  }

  private restart(minute: number, reason: string, isSame = false): void {
    const goesOn = isSame || (this.state === 'restarted' && this.counted === 0 && this.reason === reason);
    if (!goesOn) this.restarts.push({ at: new Date(minute), why: reason });
    this.counted = 0;
    this.paused = 0;
    this.pause = 0;
    this.start = minute + MINUTE;
    this.state = 'restarted';
    this.reason = reason;
    this.draw('restarted', minute, reason);
  }

  private draw(kind: SoakSegment['kind'], minute: number, reason: string): void {
    const last = this.segments.at(-1);
    const to = new Date(minute + MINUTE);
    if (last && last.kind === kind && last.reason === reason && last.to.getTime() === minute) last.to = to;
    else this.segments.push({ kind, from: new Date(minute), to, reason });
  }
}

export type SoakDemand = { isMet: boolean; isKnown: boolean; sentence: string; detail: string };

/** Sessions and trades that the soak demands beside its hours. Unknown counts are not met and say so. */
export function soakCounts(
  requirement: SoakRequirement,
  counts: { sessions: number | null; trades: number | null },
): { sessions: SoakDemand; trades: SoakDemand } {
  const demand = (name: string, have: number | null, need: number, detail: string): SoakDemand => ({
    isMet: have !== null && have >= need,
    isKnown: have !== null,
    sentence: `${name}: ${have === null ? '?' : have} of ${need}.`,
    detail: have === null ? 'Not known: the engine has not reported it.' : detail,
  });
  return {
    sessions: demand(
      'Full sessions in this soak',
      counts.sessions,
      requirement.sessions,
      'A session counts from open to close.',
    ),
    trades: demand(
      'Trades in this tranche',
      counts.trades,
      requirement.trades,
      'Closed trades since the tranche was entered.',
    ),
  };
}
