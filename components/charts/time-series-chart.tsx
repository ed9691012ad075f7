'use client';
import { useRouter } from 'next/navigation';
import { useEffect, useId, useMemo, useRef, useState } from 'react';
import { Button } from '@/components/ui/button';
import { useNow, useZone } from '@/components/ui/clock';
import { cx } from '@/components/ui/cx';
import { Glyph } from '@/components/ui/glyph';
import { TextLink } from '@/components/ui/page';
import type { ValueFormat } from './chart-format';
import type { ChartMarker } from './chart-primitives';
import type { TimeSeriesChartProps } from './chart-shape';
import { ChartTable } from './chart-table';
import { drawChart } from './draw-chart';
import type { ChartPoint } from './series-data';

export type { ChartLimit, ChartPane, ChartSeries } from './chart-shape';
export type { ChartMarker, ChartPoint, ValueFormat };

/** Lines over time against their limits: gaps hatched, times in the portfolio's zone, the same figures as a table. */
export function TimeSeriesChart(props: TimeSeriesChartProps) {
  const { summary, series, markers = [], height = 260 } = props;
  const host = useRef<HTMLDivElement>(null);
  const portfolioZone = useZone();
  const zone = props.zone ?? portfolioZone;
  const now = useNow();
  const router = useRouter();
  const tableId = useId();
  const [showsTable, setShowsTable] = useState(false);
  const [hovered, setHovered] = useState<string | null>(null);
  const isEmpty = series.every((one) => one.points.every((point) => point.value === null));

  // Props arrive as new objects on each refetch; the canvas is drawn again only when what it shows has changed.
  const fingerprint = JSON.stringify([
    props.series,
    props.panes,
    props.limits,
    props.markers,
    props.maxStepMs,
    props.grid,
  ]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the fingerprint stands for the props it was made of.
  const shown = useMemo(() => props, [fingerprint]);

  useEffect(() => {
    const element = host.current;
    if (!element || isEmpty) return;
    const open = (id: string) => {
      const href = shown.markers?.find((marker) => marker.id === id)?.href;
      if (href) router.push(href);
    };
    return drawChart(element, shown, { zone, now: Date.now(), onHover: setHovered, onOpen: open });
  }, [shown, zone, isEmpty, router]);

  const named = markers.find((marker) => marker.id === hovered);
  return (
    <figure className="min-w-0">
      <div className="relative">
        {isEmpty ? (
          <div
            className="hatch-unknown grid place-items-center text-xs text-ink-2"
            style={{ height }}
            role="img"
            aria-label={summary}
          >
            <span className="rounded-sm bg-surface px-2 py-1">No data yet</span>
          </div>
        ) : (
          <div ref={host} role="img" aria-label={summary} style={{ height }} className="w-full" />
        )}
        {named && (
          <div className="pointer-events-none absolute top-6 left-2 z-2 rounded-sm bg-overlay px-2 py-1 text-xs shadow-overlay">
            {named.label}
          </div>
        )}
      </div>
      <figcaption className="mt-1 flex flex-wrap items-center gap-x-4 gap-y-1 text-xs text-ink-2">
        {series.length > 1 &&
          series.map((one, index) => (
            <span key={one.key} className="inline-flex items-center gap-1.25">
              <svg width="16" height="4" aria-hidden="true">
                <line
                  x1="0"
                  x2="16"
                  y1="2"
                  y2="2"
                  strokeWidth="2"
                  stroke={`var(--color-${one.colour ?? `series-${index + 1}`})`}
                  strokeDasharray={one.dash === 'dashed' ? '4 3' : one.dash === 'dotted' ? '1.5 3' : undefined}
                />
              </svg>
              {one.label}
            </span>
          ))}
        {markers.map((marker) => (
          <span key={marker.id} className={cx('inline-flex items-center gap-1', marker.href && 'phone:min-h-11')}>
            <Glyph
              name={marker.kind === 'critical' ? 'crit' : marker.kind === 'high' ? 'high' : 'warn'}
              size="sm"
              className={marker.kind === 'critical' ? 'text-crit' : marker.kind === 'high' ? 'text-high' : 'text-warn'}
            />
            {marker.href ? <TextLink href={marker.href}>{marker.label}</TextLink> : marker.label}
          </span>
        ))}
        <Button
          size="sm"
          variant="quiet"
          className="ml-auto"
          aria-expanded={showsTable}
          aria-controls={tableId}
          onClick={() => setShowsTable(!showsTable)}
        >
          {showsTable ? 'Hide table' : 'Show as table'}
        </Button>
      </figcaption>
      <div id={tableId}>
        {showsTable && <ChartTable series={series} panes={props.panes} zone={zone} now={now} label={summary} />}
      </div>
    </figure>
  );
}
