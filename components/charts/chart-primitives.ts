import type {
  IChartApi,
  IPanePrimitive,
  IPanePrimitivePaneView,
  PrimitiveHoveredItem,
  Time,
  UTCTimestamp,
} from 'lightweight-charts';
import type { ChartTheme } from './chart-theme';
import type { Gap } from './series-data';

type Draw = Parameters<NonNullable<ReturnType<IPanePrimitivePaneView['renderer']>>['draw']>[0];

/** A moment in the chart that someone may open: its outline says how grave it is. */
export type ChartMarker = {
  id: string;
  at: number;
  kind: 'medium' | 'high' | 'critical';
  label: string;
  href?: string;
};

function xOf(chart: IChartApi, atMs: number): number | null {
  const scale = chart.timeScale();
  const index = scale.timeToIndex(Math.floor(atMs / 1000) as UTCTimestamp, true);
  return index === null
    ? null
    : scale.logicalToCoordinate(index as unknown as Parameters<typeof scale.logicalToCoordinate>[0]);
}

abstract class Layer implements IPanePrimitive<Time> {
  constructor(
    protected readonly chart: IChartApi,
    protected theme: ChartTheme,
  ) {}
  private readonly views = [{ renderer: () => ({ draw: (target: Draw) => this.draw(target) }) }];
  protected abstract draw(target: Draw): void;
  paneViews() {
    return this.views;
  }
  updateAllViews() {}
  setTheme(theme: ChartTheme) {
    this.theme = theme;
  }
}

const HATCH_PX = 5;

/** Hatches the stretches without data and says so, where the line would otherwise have bridged them. */
export class GapLayer extends Layer {
  constructor(
    chart: IChartApi,
    theme: ChartTheme,
    private readonly gaps: readonly Gap[],
    private readonly isLabelled: boolean,
  ) {
    super(chart, theme);
  }

  protected draw(target: Draw) {
    // biome-ignore lint/correctness/useHookAtTopLevel: a method of the canvas, not a hook.
    target.useMediaCoordinateSpace(({ context: ctx, mediaSize }) => {
      for (const gap of this.gaps) {
        const from = xOf(this.chart, gap.from);
        const to = xOf(this.chart, gap.to);
        if (from === null || to === null || to - from < 1) continue;
        ctx.save();
        ctx.beginPath();
        ctx.rect(from, 0, to - from, mediaSize.height);
        ctx.clip();
        ctx.strokeStyle = this.theme['line-strong'];
        ctx.lineWidth = 1;
        ctx.beginPath();
        for (let x = from - mediaSize.height; x < to; x += HATCH_PX) {
          ctx.moveTo(x, mediaSize.height);
          ctx.lineTo(x + mediaSize.height, 0);
        }
        ctx.stroke();
        ctx.restore();
        if (this.isLabelled && to - from > 48) {
          ctx.font = `11px ${this.theme.font}`;
          ctx.fillStyle = this.theme['chart-axis'];
          ctx.textBaseline = 'bottom';
          ctx.fillText('no data', from + 4, mediaSize.height - 4);
        }
      }
    });
  }
}

const GLYPH_Y = 9;
const GLYPH_R = 6;

/** Breaches and the like: the severity's own outline at the top and a dotted line through the pane. */
export class MarkerLayer extends Layer {
  constructor(
    chart: IChartApi,
    theme: ChartTheme,
    private readonly markers: readonly ChartMarker[],
    private readonly isTop: boolean,
  ) {
    super(chart, theme);
  }

  private colourOf(kind: ChartMarker['kind']) {
    return this.theme[kind === 'critical' ? 'crit' : kind === 'high' ? 'high' : 'warn'];
  }

  protected draw(target: Draw) {
    // biome-ignore lint/correctness/useHookAtTopLevel: a method of the canvas, not a hook.
    target.useMediaCoordinateSpace(({ context: ctx, mediaSize }) => {
      for (const marker of this.markers) {
        const x = xOf(this.chart, marker.at);
        if (x === null) continue;
        const colour = this.colourOf(marker.kind);
        ctx.save();
        ctx.strokeStyle = colour;
        ctx.lineWidth = 1;
        ctx.setLineDash([1.5, 3]);
        ctx.beginPath();
        ctx.moveTo(x, this.isTop ? GLYPH_Y + GLYPH_R : 0);
        ctx.lineTo(x, mediaSize.height);
        ctx.stroke();
        ctx.restore();
        if (this.isTop) drawGlyph(ctx, x, marker.kind, colour, this.theme.surface);
      }
    });
  }

  hitTest(x: number, y: number): PrimitiveHoveredItem | null {
    if (!this.isTop || y > GLYPH_Y + 14) return null;
    const hit = this.markers.find((marker) => {
      const at = xOf(this.chart, marker.at);
      return at !== null && Math.abs(at - x) <= 12;
    });
    return hit ? { externalId: hit.id, zOrder: 'top', cursorStyle: hit.href ? 'pointer' : undefined } : null;
  }
}

function drawGlyph(ctx: CanvasRenderingContext2D, x: number, kind: ChartMarker['kind'], colour: string, cut: string) {
  const sides = kind === 'critical' ? 8 : kind === 'high' ? 4 : 3;
  const turn = kind === 'critical' ? Math.PI / 8 : -Math.PI / 2;
  ctx.beginPath();
  for (let i = 0; i < sides; i++) {
    const angle = turn + (i * 2 * Math.PI) / sides;
    ctx.lineTo(x + GLYPH_R * Math.cos(angle), GLYPH_Y + GLYPH_R * Math.sin(angle));
  }
  ctx.closePath();
  if (kind === 'medium') {
    ctx.strokeStyle = colour;
    ctx.lineWidth = 1.5;
    ctx.stroke();
  } else {
    ctx.fillStyle = colour;
    ctx.fill();
  }
  ctx.fillStyle = kind === 'medium' ? colour : cut;
  ctx.fillRect(x - 0.75, GLYPH_Y - 3, 1.5, 3.5);
  ctx.fillRect(x - 0.75, GLYPH_Y + 1.75, 1.5, 1.5);
}
