import type { ChartPoint } from './series-data';
import { ordered, splitAtGaps } from './series-data';

/** A small line for a table cell, drawn on the server; holes stay holes. `summary` is what it says in words. */
export function Sparkline({
  points,
  summary,
  limit,
  width = 96,
  height = 24,
}: {
  points: readonly ChartPoint[];
  summary: string;
  /** Drawn dashed, and inside the range. */
  limit?: number;
  width?: number;
  height?: number;
}) {
  const known = ordered(points);
  const values = known.flatMap((point) => (point.value === null ? [] : [point.value]));
  if (values.length === 0)
    return (
      <span
        role="img"
        aria-label={`${summary} No data.`}
        className="hatch-unknown inline-block align-middle"
        style={{ width, height }}
      />
    );
  const low = Math.min(...values, limit ?? Number.POSITIVE_INFINITY);
  const high = Math.max(...values, limit ?? Number.NEGATIVE_INFINITY);
  const first = known[0]!.at;
  const span = Math.max(1, known.at(-1)!.at - first);
  const x = (at: number) => ((at - first) / span) * (width - 4) + 2;
  const y = (value: number) => (high === low ? height / 2 : height - 2 - ((value - low) / (high - low)) * (height - 4));
  const { runs } = splitAtGaps(known);
  const path = runs
    .map((run) =>
      run.map((p, i) => `${i === 0 ? 'M' : 'L'}${x(p.at).toFixed(1)} ${y(p.value ?? 0).toFixed(1)}`).join(''),
    )
    .join('');
  const last = known.findLast((point) => point.value !== null)!;
  return (
    <svg
      role="img"
      aria-label={summary}
      width={width}
      height={height}
      viewBox={`0 0 ${width} ${height}`}
      className="inline-block align-middle"
    >
      {limit !== undefined && (
        <line
          x1="0"
          x2={width}
          y1={y(limit)}
          y2={y(limit)}
          stroke="var(--color-warn)"
          strokeWidth="1"
          strokeDasharray="3 2"
        />
      )}
      <path d={path} fill="none" stroke="var(--color-series-1)" strokeWidth="1.5" strokeLinejoin="round" />
      <circle cx={x(last.at)} cy={y(last.value ?? 0)} r="1.75" fill="var(--color-series-1)" />
    </svg>
  );
}
