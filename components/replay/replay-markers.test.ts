import { expect, test } from 'vitest';
import { replay } from '@/server/risk/replay/replay';
import { haltsOf } from '@/server/risk/replay/replay-halts';
import type { ReplayCurve } from '@/server/risk/replay/replay-history';
import { replayLimitsOf } from '@/server/risk/replay/replay-limits';
import type { Outcome } from './outcome';
import { replayMarkers } from './replay-markers';

const DAY = 86_400_000;
const curve = (values: number[]): ReplayCurve => ({
  name: 'one',
  day: Float64Array.from(values, (_, i) => Date.UTC(2024, 0, 1) + i * DAY),
  value: Float64Array.from(values),
  exact: null,
  opening: null,
});
const limits = replayLimitsOf({ drawdown: '0.1', dailyLoss: '0.05' });
const outcomeOf = (values: number[]): Outcome => ({
  name: 'A',
  until: {},
  result: replay({ curve: curve(values), holdings: null, peers: [] }, limits),
  halts: haltsOf(curve(values), limits),
});

test('a halt and each breach that is not its day are marked, in order of time', () => {
  const { markers, left } = replayMarkers(outcomeOf([100, 96, 92, 89, 89, 97, 90, 100]), 12);
  expect(left).toBe(0);
  expect(markers.map((marker) => [marker.kind, marker.label.split(':')[0]])).toEqual([
    ['high', expect.stringMatching(/^Drawdown/)],
    [expect.stringMatching(/critical|medium/), expect.stringMatching(/^Halt/)],
  ]);
});

test('where there are more than fit, halts stay and what is left out is counted', () => {
  const all = replayMarkers(outcomeOf([100, 96, 92, 89, 89, 97, 90, 100]), 1);
  expect(all.markers.map((marker) => marker.label)).toEqual([expect.stringMatching(/^Halt/)]);
  expect(all.left).toBe(1);
});

test('without a replay nothing is marked', () => {
  expect(replayMarkers(undefined, 12)).toEqual({ markers: [], left: 0 });
});
