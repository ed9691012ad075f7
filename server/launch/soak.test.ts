import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { DEFAULT_SOAK_POLICY } from './policy';
import { type BucketVerdict, type SoakBucket, soakCounts, soakProgress } from './soak';
import { bucketHealth, known, type SoakFacts, unknown } from './soak-health';

const ENTERED = new Date('2026-11-18T08:08:00Z');
const MINUTE = 60_000;
const after = (minutes: number) => new Date(ENTERED.getTime() + minutes * MINUTE);
const bucket = (minute: number, verdict: BucketVerdict = 'healthy', message = 'stale data'): SoakBucket => ({
  bucket: after(minute),
  verdict,
  reasons: verdict === 'healthy' ? [] : [{ code: 'x', message }],
});
const stretch = (from: number, to: number, verdict: BucketVerdict = 'healthy') =>
  Array.from({ length: to - from }, (_, i) => bucket(from + i, verdict));
const soak = (buckets: SoakBucket[], minutes: number, hours = 24) =>
  soakProgress({
    enteredAt: ENTERED,
    now: after(minutes),
    buckets,
    requirement: { hours },
    policy: DEFAULT_SOAK_POLICY,
  });

describe('the soak clock', () => {
  test('counts healthy minutes and is complete when the hours are held', () => {
    expect(soak(stretch(0, 90), 90)).toMatchObject({ countedSeconds: 5400, state: 'counting' });
    expect(soak(stretch(0, 1440), 1440)).toMatchObject({ state: 'complete', earliestEnd: null });
    expect(soak(stretch(0, 90), 90).earliestEnd).toEqual(after(1440));
  });

  test('pauses on a minute that is unknown or was never recorded, and goes on after it', () => {
    const gap = [...stretch(0, 60), ...stretch(82, 120)];
    expect(soak(gap, 120)).toMatchObject({ countedSeconds: 98 * 60, pausedSeconds: 22 * 60, state: 'counting' });
    expect(soak(gap, 80)).toMatchObject({ state: 'paused', reason: 'no record of its health' });
    expect(soak([...stretch(0, 60), ...stretch(60, 70, 'pause')], 70).reason).toBe('stale data');
  });

  test('a pause over 60 min begins it again, one of 60 min does not', () => {
    expect(soak([...stretch(0, 600), ...stretch(660, 661)], 661).countedSeconds).toBe(601 * 60);
    const long = soak([...stretch(0, 600), ...stretch(661, 700)], 700);
    expect(long).toMatchObject({ countedSeconds: 39 * 60, startedAt: after(661) });
    expect(long.restarts).toHaveLength(1);
  });

  test('pauses over a tenth of the hours in all begin it again', () => {
    const broken = Array.from({ length: 10 }, (_, i) => stretch(i * 60, i * 60 + 42)).flat();
    expect(soak(broken, 600).restarts).toHaveLength(1);
    expect(soak(broken, 480).restarts).toHaveLength(0);
  });

  test('a breach begins it again at once', () => {
    const one = soak([...stretch(0, 700), bucket(700, 'restart', 'drawdown'), ...stretch(701, 720)], 720);
    expect(one).toMatchObject({ countedSeconds: 19 * 60, state: 'counting' });
    expect(one.restarts).toEqual([{ at: after(700), why: 'drawdown' }]);
  });

  test('a breach that lasts is one restart, not one a minute', () => {
    expect(soak([...stretch(0, 10), ...stretch(10, 60, 'restart')], 60).restarts).toHaveLength(1);
  });
});

const verdicts = fc.array(
  fc.constantFrom<BucketVerdict | 'missing'>('healthy', 'healthy', 'healthy', 'pause', 'restart', 'missing'),
  { maxLength: 400 },
);
const fromList = (list: (BucketVerdict | 'missing')[]) =>
  list.flatMap((verdict, minute) => (verdict === 'missing' ? [] : [bucket(minute, verdict)]));

describe('properties of the soak', () => {
  test('it never exceeds the time that has passed, nor the healthy minutes recorded', () => {
    fc.assert(
      fc.property(verdicts, fc.integer({ min: 0, max: 500 }), (list, minutes) => {
        const buckets = fromList(list);
        const { countedSeconds } = soak(buckets, minutes);
        expect(countedSeconds).toBeLessThanOrEqual(minutes * 60);
        expect(countedSeconds).toBeLessThanOrEqual(buckets.filter((one) => one.verdict === 'healthy').length * 60);
      }),
    );
  });

  test('neither the order of the buckets nor repeats matter', () => {
    fc.assert(
      fc.property(verdicts, fc.integer({ min: 1, max: 400 }), (list, minutes) => {
        const buckets = fromList(list);
        expect(soak([...buckets].reverse().concat(buckets), minutes)).toEqual(soak(buckets, minutes));
      }),
    );
  });

  test('taking a healthy minute away never adds to it', () => {
    fc.assert(
      fc.property(verdicts, fc.nat(399), (list, gone) => {
        const buckets = fromList(list);
        const less = buckets.filter((one, index) => index !== gone || one.verdict !== 'healthy');
        expect(soak(less, 400).countedSeconds).toBeLessThanOrEqual(soak(buckets, 400).countedSeconds);
      }),
    );
  });
});

const healthy: SoakFacts = {
  tradingState: known('ACTIVE'),
  hardBreaches: known([]),
  isDataFresh: known(true),
  heartbeatAgeSeconds: known(4),
  digestMatches: known(true),
  capitalMatches: known(true),
  criticalAlerts: known([]),
  highAlerts: known([]),
  emergencies: known([]),
  isReconciled: known(true),
  failedCriticalProbes: known([]),
  limitsAsApprovedOrTighter: known(true),
};

describe('the health of a minute', () => {
  test('all nine conditions together are health', () => {
    expect(bucketHealth(healthy)).toEqual({ verdict: 'healthy', reasons: [] });
  });

  test.each<[string, Partial<SoakFacts>, BucketVerdict]>([
    ['REDUCING restarts', { tradingState: known('REDUCING') }, 'restart'],
    ['a hard breach restarts', { hardBreaches: known(['Drawdown 15.1 %']) }, 'restart'],
    ['stale data pauses', { isDataFresh: known(false) }, 'pause'],
    ['a heartbeat of 31 s pauses', { heartbeatAgeSeconds: known(31) }, 'pause'],
    ['another build restarts', { digestMatches: known(false) }, 'restart'],
    ['other capital restarts', { capitalMatches: known(false) }, 'restart'],
    ['a critical alert restarts', { criticalAlerts: known(['A-1']) }, 'restart'],
    ['a high alert pauses', { highAlerts: known(['A-2']) }, 'pause'],
    ['a real emergency restarts', { emergencies: known(['E-1']) }, 'restart'],
    ['no reconciliation pauses', { isReconciled: known(false) }, 'pause'],
    ['a failed critical probe pauses', { failedCriticalProbes: known(['MFA']) }, 'pause'],
    ['looser limits pause', { limitsAsApprovedOrTighter: known(false) }, 'pause'],
  ])('%s', (_name, over, verdict) => {
    expect(bucketHealth({ ...healthy, ...over }).verdict).toBe(verdict);
  });

  test('a fact that is not known is never health, and only pauses', () => {
    for (const key of Object.keys(healthy)) {
      expect(bucketHealth({ ...healthy, [key]: unknown('not reported') }).verdict).toBe('pause');
    }
  });
});

test('sessions and trades that are not known do not meet the demand', () => {
  const counts = soakCounts(DEFAULT_SOAK_POLICY.at[10], { sessions: null, trades: 10 });
  expect(counts.sessions).toMatchObject({ isMet: false, sentence: 'Full sessions in this soak: ? of 1.' });
  expect(counts.trades.isMet).toBe(true);
  expect(soakCounts(DEFAULT_SOAK_POLICY.at[10], { sessions: 1, trades: 9 }).trades.isMet).toBe(false);
});
