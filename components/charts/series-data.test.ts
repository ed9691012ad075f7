import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { evenly, ordered, splitAtGaps, thinned, timeGrid } from './series-data';

const at = (minute: number) => minute * 60_000;

describe('series of a chart', () => {
  test('points arrive in any order and twice; the chart gets them once, ascending', () => {
    expect(
      ordered([
        { at: at(2), value: 2 },
        { at: at(1), value: 1 },
        { at: at(2) + 300, value: 3 },
      ]),
    ).toEqual([
      { at: at(1), value: 1 },
      { at: at(2), value: 3 },
    ]);
  });
  test('NaN is no data', () => {
    expect(ordered([{ at: 0, value: Number.NaN }])).toEqual([{ at: 0, value: null }]);
  });
  test('a hole splits the line and is named from the last known point to the next', () => {
    const { runs, gaps } = splitAtGaps(
      [
        { at: at(0), value: 1 },
        { at: at(1), value: null },
        { at: at(2), value: 2 },
        { at: at(9), value: 3 },
      ],
      at(3),
    );
    expect(runs.map((run) => run.length)).toEqual([1, 1, 1]);
    expect(gaps).toEqual([
      { from: at(0), to: at(2) },
      { from: at(2), to: at(9) },
    ]);
  });
  test('data that stopped leaves a hole up to now', () => {
    expect(
      splitAtGaps([
        { at: at(0), value: 1 },
        { at: at(5), value: null },
      ]).gaps,
    ).toEqual([{ from: at(0), to: at(5) }]);
  });
  test('no value is lost and none is invented', () => {
    fc.assert(
      fc.property(fc.array(fc.option(fc.integer(), { nil: null })), (values) => {
        const points = values.map((value, i) => ({ at: at(i), value }));
        const { runs } = splitAtGaps(points);
        expect(runs.flat()).toEqual(points.filter((point) => point.value !== null));
      }),
    );
  });
  test('the grid reaches the end of the session and stays bounded', () => {
    expect(timeGrid(0, at(3), at(1)).map((p) => p.time)).toEqual([0, 60, 120, 180]);
    expect(timeGrid(0, 1e12, 1000).length).toBeLessThanOrEqual(4001);
    expect(timeGrid(5, 5, 1000)).toEqual([]);
  });
  test('a thinned table keeps both ends', () => {
    expect(thinned([1, 2, 3, 4, 5, 6, 7], 3)).toEqual([1, 4, 7]);
  });
});

test('samples that came when they came stand evenly, the last of each span, and a span without one stays empty', () => {
  const points = [0, 4, 9, 31].map((second) => ({ at: second * 1000, value: second }));
  expect(evenly(points, 100, 10_000)).toEqual({
    points: [
      { at: 0, value: 0 },
      { at: 10_000, value: 9 },
      { at: 40_000, value: 31 },
    ],
    stepMs: 10_000,
    from: 0,
    to: 40_000,
  });
  expect(evenly([], 100, 10_000)).toEqual({ points: [], stepMs: 10_000, from: 0, to: 0 });
});
