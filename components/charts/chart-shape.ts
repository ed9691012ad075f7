import type { ValueFormat } from './chart-format';
import type { ChartMarker } from './chart-primitives';
import type { ChartToken } from './chart-theme';
import type { ChartPoint } from './series-data';

export type ChartSeries = {
  key: string;
  label: string;
  points: readonly ChartPoint[];
  /** `line` by default; `area` fills down from zero, for an underwater curve. */
  kind?: 'line' | 'area';
  /** A limit that moves, such as the drawdown floor, is drawn as the limit it is. */
  colour?: Extract<ChartToken, `series-${number}` | 'crit' | 'warn' | 'ink-3'>;
  dash?: 'solid' | 'dashed' | 'dotted';
  pane?: 0 | 1;
  /** The last value as an inverted label on the axis. */
  showLast?: boolean;
};

/** Soft is dashed, hard is solid, a reference (baseline, mark, start of day) dotted. */
export type ChartLimit = { value: number; title: string; kind: 'soft' | 'hard' | 'reference'; pane?: 0 | 1 };

export type ChartPane = {
  format: ValueFormat;
  /** The axis includes these, so that headroom is always visible. */
  include?: readonly number[];
  /** Share of the height, 1 by default. */
  stretch?: number;
};

export type TimeSeriesChartProps = {
  /** One sentence with now, limit and headroom; what a reader hears instead of the picture. */
  summary: string;
  series: readonly ChartSeries[];
  panes: readonly [ChartPane] | readonly [ChartPane, ChartPane];
  limits?: readonly ChartLimit[];
  markers?: readonly ChartMarker[];
  /** Distance of points over which there was no data. */
  maxStepMs?: number;
  /** Regular spacing of the axis, and where it starts and ends, in epoch ms. */
  grid?: { stepMs: number; from: number; to: number };
  height?: number;
  /** Zone of the axis where it is not the portfolio's: a backtest's days are UTC days. */
  zone?: string;
};
