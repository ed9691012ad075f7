import { formatInstant } from '@/components/ui/instant';
import { TableFrame, Td, Th, Tr } from '@/components/ui/table';
import { valueText } from './chart-format';
import type { ChartPane, ChartSeries } from './chart-shape';
import { ordered, thinned } from './series-data';

const MAX_ROWS = 120;

/** The same figures as the chart, newest first; thinned evenly where there are more than fit a reader. */
export function ChartTable({
  series,
  panes,
  zone,
  now,
  label,
}: {
  series: readonly ChartSeries[];
  panes: readonly ChartPane[];
  zone: string;
  now: number;
  label: string;
}) {
  const values = series.map((one) => new Map(ordered(one.points).map((point) => [point.at, point.value])));
  const times = [...new Set(values.flatMap((known) => [...known.keys()]))].sort((a, b) => b - a);
  const rows = thinned(times, MAX_ROWS);
  return (
    <div className="mt-2 max-h-80 overflow-y-auto border-t border-line">
      <TableFrame label={`Table: ${label}`}>
        <thead>
          <tr>
            <Th>Time</Th>
            {series.map((one) => (
              <Th key={one.key} numeric>
                {one.label}
              </Th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((at) => (
            <Tr key={at}>
              <Td className="whitespace-nowrap text-ink-2">{formatInstant(at, { zone, now, withDate: true })}</Td>
              {series.map((one, index) => {
                const value = values[index]?.get(at);
                return (
                  <Td key={one.key} numeric>
                    {value === undefined
                      ? ''
                      : value === null
                        ? 'no data'
                        : valueText(value, panes[one.pane ?? 0]?.format ?? 'number')}
                  </Td>
                );
              })}
            </Tr>
          ))}
        </tbody>
      </TableFrame>
      {rows.length < times.length && (
        <p className="px-4 py-2 text-xs text-ink-3">
          {rows.length} of {times.length} points, evenly spread.
        </p>
      )}
    </div>
  );
}
