import {
  AreaSeries,
  ColorType,
  createChart,
  type IChartApi,
  type ISeriesApi,
  LineSeries,
  LineStyle,
  type Time,
  type UTCTimestamp,
} from 'lightweight-charts';
import { formatInstant } from '@/components/ui/instant';
import { tickText, valueText } from './chart-format';
import { GapLayer, MarkerLayer } from './chart-primitives';
import type { ChartSeries, TimeSeriesChartProps } from './chart-shape';
import { type ChartTheme, onThemeChange, readTheme } from './chart-theme';
import { type Gap, ordered, plotted, splitAtGaps, timeGrid } from './series-data';

type Surroundings = {
  zone: string;
  now: number;
  onHover: (markerId: string | null) => void;
  onOpen: (markerId: string) => void;
};

const DASH = { solid: LineStyle.Solid, dashed: LineStyle.Dashed, dotted: LineStyle.Dotted } as const;
const LIMIT_STYLE = { soft: LineStyle.LargeDashed, hard: LineStyle.Solid, reference: LineStyle.Dotted } as const;
const LIMIT_COLOUR = { soft: 'warn', hard: 'crit', reference: 'ink-3' } as const;
const NARROW_PX = 300;

const dataOf = (points: ReturnType<typeof plotted>) => points as { time: UTCTimestamp; value: number }[];

/** Draws the chart into its element and returns what takes it away again. */
export function drawChart(element: HTMLElement, props: TimeSeriesChartProps, around: Surroundings): () => void {
  let theme = readTheme();
  const chart = createChart(element, { autoSize: true, ...optionsOf(theme, props, around, element.clientWidth) });
  const repaint: ((theme: ChartTheme) => void)[] = [];
  const gaps: Gap[] = [];

  for (const [index, series] of props.series.entries()) {
    const drawn = addSeries(chart, series, index, props, theme);
    gaps.push(...drawn.gaps);
    repaint.push(drawn.paint);
  }
  addGrid(chart, props);
  addLayers(chart, props, gaps, theme, repaint);

  const stopTheme = onThemeChange(() => {
    theme = readTheme();
    chart.applyOptions(optionsOf(theme, props, around, element.clientWidth));
    for (const paint of repaint) paint(theme);
  });
  chart.subscribeCrosshairMove((move) => around.onHover((move.hoveredInfo?.objectId as string | undefined) ?? null));
  chart.subscribeClick((click) => {
    const id = click.hoveredInfo?.objectId;
    if (typeof id === 'string') around.onOpen(id);
  });
  props.panes.forEach((pane, index) => {
    chart.panes()[index]?.setStretchFactor(pane.stretch ?? 1);
  });
  chart.timeScale().fitContent();
  return () => {
    stopTheme();
    chart.remove();
  };
}

const HALF_DAY_MS = 12 * 3_600_000;

function spacedWithinDay(props: TimeSeriesChartProps): boolean {
  const points = props.series[0]?.points ?? [];
  const span = (points.at(-1)?.at ?? 0) - (points[0]?.at ?? 0);
  return span / Math.max(1, points.length - 1) < HALF_DAY_MS;
}

function optionsOf(theme: ChartTheme, props: TimeSeriesChartProps, { zone, now }: Surroundings, widthPx: number) {
  const isIntraday = spacedWithinDay(props);
  return {
    layout: {
      background: { type: ColorType.Solid, color: 'transparent' },
      textColor: theme['chart-axis'],
      fontFamily: theme.font,
      fontSize: 11,
      // The About page carries the notice; the logo would add an inline style that the content policy refuses.
      attributionLogo: false,
      panes: { separatorColor: theme['line-strong'], enableResize: false },
    },
    grid: {
      horzLines: { color: theme['chart-grid'] },
      vertLines: { color: theme['chart-grid'], visible: widthPx >= NARROW_PX },
    },
    crosshair: {
      vertLine: { color: theme['ink-3'], labelBackgroundColor: theme.ink },
      horzLine: { color: theme['ink-3'], labelBackgroundColor: theme.ink },
    },
    rightPriceScale: { borderVisible: false, entireTextOnly: true, scaleMargins: { top: 0.1, bottom: 0.06 } },
    timeScale: {
      borderVisible: false,
      timeVisible: true,
      rightOffsetPixels: titleRoom(props, widthPx),
      tickMarkFormatter: (time: Time, kind: number) => tickText(time as number, kind, zone, isIntraday),
    },
    localization: {
      timeFormatter: (time: Time) => formatInstant((time as number) * 1000, { zone, now, withDate: true }),
    },
    // The page scrolls, not the chart: a thumb on a plot must not trap the page.
    handleScroll: false,
    handleScale: false,
  };
}

const TITLE_CHARACTER_PX = 6.2;
const TITLE_PADDING_PX = 22;

/** Titles of limits stand at the right end of the plot: the lines stop before them. At most a quarter of the plot. */
function titleRoom({ limits = [] }: TimeSeriesChartProps, widthPx: number): number {
  const longest = Math.max(0, ...limits.map((limit) => limit.title.length));
  return longest === 0 ? 0 : Math.min(longest * TITLE_CHARACTER_PX + TITLE_PADDING_PX, widthPx / 4);
}

function addSeries(
  chart: IChartApi,
  series: ChartSeries,
  index: number,
  props: TimeSeriesChartProps,
  theme: ChartTheme,
) {
  const pane = series.pane ?? 0;
  const paneSetup = props.panes[pane] ?? props.panes[0];
  const { runs, gaps } = splitAtGaps(ordered(series.points), props.maxStepMs);
  const colourOf = (from: ChartTheme) => from[series.colour ?? (`series-${Math.min(index + 1, 5)}` as 'series-1')];
  const shared = {
    lineWidth: 1.5 as 1,
    lineStyle: DASH[series.dash ?? 'solid'],
    priceLineVisible: false,
    lastValueVisible: false,
    priceFormat: {
      type: 'custom' as const,
      minMove: 1e-8,
      formatter: (value: number) => valueText(value, paneSetup.format, true),
    },
    autoscaleInfoProvider: (original: () => { priceRange: { minValue: number; maxValue: number } | null } | null) =>
      including(original(), paneSetup.include),
  };
  // One series per stretch: a single line would bridge the hole.
  const drawn = runs.map((run) => {
    const api =
      series.kind === 'area'
        ? chart.addSeries(AreaSeries, { ...shared, invertFilledArea: true }, pane)
        : chart.addSeries(LineSeries, shared, pane);
    api.setData(dataOf(plotted(run)));
    return api as ISeriesApi<'Line' | 'Area'>;
  });
  const lines = drawn[0] ? limitLines(drawn.at(-1)!, series, index, pane, props) : [];
  const paint = (now: ChartTheme) => {
    for (const api of drawn)
      api.applyOptions(
        series.kind === 'area'
          ? { lineColor: colourOf(now), topColor: now['chart-under'], bottomColor: now['chart-under'] }
          : { color: colourOf(now), crosshairMarkerBackgroundColor: colourOf(now) },
      );
    for (const line of lines) line(now);
  };
  paint(theme);
  return { gaps, paint };
}

function including(
  info: { priceRange: { minValue: number; maxValue: number } | null } | null,
  include: readonly number[] | undefined,
) {
  if (!include?.length || !info?.priceRange) return info;
  const { minValue, maxValue } = info.priceRange;
  return {
    ...info,
    priceRange: { minValue: Math.min(minValue, ...include), maxValue: Math.max(maxValue, ...include) },
  };
}

// Price lines belong to a series: the first of each pane carries that pane's limits.
function limitLines(
  api: ISeriesApi<'Line' | 'Area'>,
  series: ChartSeries,
  index: number,
  pane: number,
  props: TimeSeriesChartProps,
) {
  const isFirstOfPane = props.series.findIndex((one) => (one.pane ?? 0) === pane) === index;
  const paints: ((theme: ChartTheme) => void)[] = [];
  for (const limit of isFirstOfPane ? (props.limits ?? []) : []) {
    if ((limit.pane ?? 0) !== pane) continue;
    const line = api.createPriceLine({
      price: limit.value,
      title: limit.title,
      lineStyle: LIMIT_STYLE[limit.kind],
      lineWidth: 1,
      axisLabelVisible: true,
    });
    paints.push((theme) => {
      const colour = theme[LIMIT_COLOUR[limit.kind]];
      line.applyOptions({ color: colour, axisLabelColor: theme.surface, axisLabelTextColor: theme['chart-axis'] });
    });
  }
  const last = series.showLast ? ordered(series.points).findLast((point) => point.value !== null) : undefined;
  if (last?.value != null) {
    const line = api.createPriceLine({ price: last.value, lineVisible: false, axisLabelVisible: true, title: '' });
    paints.push((theme) => line.applyOptions({ axisLabelColor: theme.ink, axisLabelTextColor: theme.canvas }));
  }
  return paints;
}

function addGrid(chart: IChartApi, { grid }: TimeSeriesChartProps) {
  if (!grid) return;
  const places = chart.addSeries(LineSeries, {
    priceLineVisible: false,
    lastValueVisible: false,
    crosshairMarkerVisible: false,
  });
  places.setData(timeGrid(grid.from, grid.to, grid.stepMs) as { time: UTCTimestamp }[]);
}

function addLayers(
  chart: IChartApi,
  props: TimeSeriesChartProps,
  gaps: readonly Gap[],
  theme: ChartTheme,
  repaint: ((theme: ChartTheme) => void)[],
) {
  chart.panes().forEach((pane, index) => {
    const layers = [
      new GapLayer(chart, theme, gaps, index === 0),
      new MarkerLayer(chart, theme, props.markers ?? [], index === 0),
    ];
    for (const layer of layers) {
      pane.attachPrimitive(layer);
      repaint.push((now) => layer.setTheme(now));
    }
  });
}
