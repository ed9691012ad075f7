import { expect, test } from 'vitest';
import { replay } from './replay';
import { haltsOf, replayTotals } from './replay-halts';
import type { ReplayCurve } from './replay-history';
import { DEFAULT_REPLAY_LIMITS } from './replay-limits';

const DAY = 86_400_000;
const curve = (values: number[]): ReplayCurve => ({
  name: 'one',
  day: Float64Array.from(values, (_, i) => i * DAY),
  value: Float64Array.from(values),
  exact: null,
  opening: null,
});

test('a daily loss halts at its limit; the recovery after it makes it a false alarm', () => {
  const [halt, ...more] = haltsOf(curve([100, 94, 95, 96, 97, 98, 99]), DEFAULT_REPLAY_LIMITS);
  expect(more).toEqual([]);
  expect(halt).toEqual({ at: DAY, cause: 'dailyLoss', level: 0.06, after: 99 / 94 - 1, isFalseAlarm: true });
});

test('a drawdown halts at 125 % of its limit, not at the limit', () => {
  const slow = [100, 97, 94, 91, 89, 87.5, 87.4, 86, 85, 84, 83, 82];
  const halts = haltsOf(curve(slow), DEFAULT_REPLAY_LIMITS);
  expect(halts).toMatchObject([{ at: 6 * DAY, cause: 'drawdown', isFalseAlarm: false }]);
  expect(halts[0]?.level).toBeCloseTo(0.126, 12);
});

test('what follows too late to be judged is neither', () => {
  expect(haltsOf(curve([100, 90]), DEFAULT_REPLAY_LIMITS)).toMatchObject([
    { cause: 'dailyLoss', after: null, isFalseAlarm: null },
  ]);
});

test('totals count only what the history can tell', () => {
  const one = curve([100, 94, 95, 96, 97, 98, 99]);
  const result = replay({ curve: one, holdings: null, peers: [] }, DEFAULT_REPLAY_LIMITS);
  expect(replayTotals(result, haltsOf(one, DEFAULT_REPLAY_LIMITS))).toEqual({
    daysInBreach: 1,
    episodes: 1,
    halts: 1,
    falseAlarms: 1,
  });
});
