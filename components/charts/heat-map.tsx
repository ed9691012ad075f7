import { cx } from '@/components/ui/cx';
import { formatNumber } from '@/components/ui/format';

/** One pair; `value` null is unknown and says why in `reason`. */
export type HeatCell = { row: string; column: string; value: number | null; breached?: boolean; reason?: string };

/**
 * Correlations, lower triangle: blue positive, sand negative, strength by |r|, the number in each cell; a breach is an
 * orange outline, unknown is hatched.
 */
export function HeatMap({
  names,
  cells,
  summary,
}: {
  names: readonly { key: string; label: string }[];
  cells: readonly HeatCell[];
  summary: string;
}) {
  const cellOf = new Map(cells.map((cell) => [`${cell.row}|${cell.column}`, cell]));
  const find = (row: string, column: string) => cellOf.get(`${row}|${column}`) ?? cellOf.get(`${column}|${row}`);
  return (
    <div className="relative overflow-x-auto">
      <table className="w-full table-fixed border-separate border-spacing-0.5">
        <caption className="sr-only">{summary}</caption>
        <thead>
          <tr>
            <td className="w-26" />
            {names.map((name) => (
              <th key={name.key} scope="col" className="px-1 text-center align-bottom text-2xs font-medium text-ink-2">
                {name.label}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {names.map((row, r) => (
            <tr key={row.key}>
              <th scope="row" className="truncate px-1.5 text-right text-xs font-medium text-ink-2">
                {row.label}
              </th>
              {names.map((column, c) =>
                c < r ? (
                  <Cell key={column.key} cell={find(row.key, column.key)} />
                ) : (
                  <td key={column.key} className="text-center text-ink-3">
                    {c === r ? '·' : ''}
                  </td>
                ),
              )}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Cell({ cell }: { cell: HeatCell | undefined }) {
  if (!cell || cell.value === null)
    return (
      <td className="hatch-unknown h-7.5 text-center font-medium text-ink-2" title={cell?.reason}>
        ?<span className="sr-only"> unknown{cell?.reason ? `, ${cell.reason}` : ''}</span>
      </td>
    );
  const hue = cell.value >= 0 ? 'var(--color-heat-pos)' : 'var(--color-heat-neg)';
  // Strength stops at 45 %, so that the number stays readable on it in both themes.
  const strength = Math.round(Math.min(1, Math.abs(cell.value)) * 45);
  return (
    <td
      className={cx(
        'h-7.5 rounded-[1px] text-center font-medium',
        cell.breached && 'outline-2 -outline-offset-2 outline-high',
      )}
      style={{ background: `color-mix(in srgb, ${hue} ${strength}%, var(--color-surface))` }}
    >
      {formatNumber(cell.value)}
      {cell.breached && <span className="sr-only"> over the limit</span>}
    </td>
  );
}
