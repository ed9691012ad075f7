/** One observation. `value` null is a stretch without data: it is hatched, never bridged, never zero. `at` in epoch ms. */
export type ChartPoint = { at: number; value: number | null };

/** A point as the chart draws it: whole seconds, a value or only its place in time. */
export type PlottedPoint = { time: number; value?: number };

export type Gap = { from: number; to: number };

const seconds = (ms: number) => Math.floor(ms / 1000);

/** Ascending, one per second (the last said wins), non-numbers told as no data. */
export function ordered(points: readonly ChartPoint[]): ChartPoint[] {
  const bySecond = new Map<number, ChartPoint>();
  for (const point of points) {
    const known = point.value !== null && Number.isFinite(point.value);
    bySecond.set(seconds(point.at), { at: seconds(point.at) * 1000, value: known ? point.value : null });
  }
  return [...bySecond.values()].sort((a, b) => a.at - b.at);
}

/**
 * Continuous stretches of one series and the holes between them. A hole is a null, or a distance over `maxStepMs`.
 * `from` and `to` of a gap are the known points at its edges, in ms; an open end runs to the last point.
 */
export function splitAtGaps(points: readonly ChartPoint[], maxStepMs?: number): { runs: ChartPoint[][]; gaps: Gap[] } {
  const runs: ChartPoint[][] = [];
  const gaps: Gap[] = [];
  let run: ChartPoint[] = [];
  let lastKnown: ChartPoint | null = null;
  let isOpen = false;
  for (const point of points) {
    if (point.value === null) {
      isOpen = true;
      continue;
    }
    const isFar = lastKnown !== null && maxStepMs !== undefined && point.at - lastKnown.at > maxStepMs;
    if (lastKnown && (isOpen || isFar)) {
      runs.push(run);
      run = [];
      gaps.push({ from: lastKnown.at, to: point.at });
    }
    run.push(point);
    lastKnown = point;
    isOpen = false;
  }
  if (run.length > 0) runs.push(run);
  const last = points.at(-1);
  if (isOpen && last && last.at > (lastKnown?.at ?? Number.NEGATIVE_INFINITY))
    gaps.push({ from: lastKnown?.at ?? points[0]!.at, to: last.at });
  return { runs, gaps };
}

/**
 * The last known value of each of at most `count` equal spans, placed at the end of its span: a regular axis for samples
 * that came when they came. Spans without a sample stay empty. `stepMs` is the length of a span, at least `leastMs`.
 */
export function evenly(
  points: readonly ChartPoint[],
  count: number,
  leastMs: number,
): { points: ChartPoint[]; stepMs: number; from: number; to: number } {
  const known = ordered(points);
  const from = known[0]?.at ?? 0;
  const last = known.at(-1)?.at ?? 0;
  const stepMs = Math.max(leastMs, Math.ceil((last - from) / count / 1000) * 1000);
  const spans = new Map<number, ChartPoint>();
  for (const point of known) {
    const span = Math.ceil((point.at - from) / stepMs);
    spans.set(span, { at: from + span * stepMs, value: point.value ?? spans.get(span)?.value ?? null });
  }
  return { points: [...spans.values()], stepMs, from, to: from + Math.ceil((last - from) / stepMs) * stepMs };
}

const MAX_FILL = 4000;

/**
 * Places in time without a value, every `stepMs` from `from` to `to`, so that the axis keeps its proportions through holes
 * and up to the end of the session. Points are equally spaced on the axis otherwise. At most 4000.
 */
export function timeGrid(from: number, to: number, stepMs: number): PlottedPoint[] {
  const count = Math.floor((to - from) / stepMs);
  if (!(count > 0)) return [];
  const step = count > MAX_FILL ? (to - from) / MAX_FILL : stepMs;
  return Array.from({ length: Math.min(count, MAX_FILL) + 1 }, (_, i) => ({ time: seconds(from + i * step) }));
}

export const plotted = (points: readonly ChartPoint[]): PlottedPoint[] =>
  points.map((point) =>
    point.value === null ? { time: seconds(point.at) } : { time: seconds(point.at), value: point.value },
  );

/** At most `count` rows spread over the whole, first and last kept: for the table that stands in for a chart. */
export function thinned<T>(rows: readonly T[], count: number): T[] {
  if (rows.length <= count) return [...rows];
  return Array.from({ length: count }, (_, i) => rows[Math.round((i * (rows.length - 1)) / (count - 1))]!);
}
