import { compoundedReturn, type MonthReturn } from '@/server/evidence/statistics/monthly';
import { formatNumber, formatPercent } from '../ui/format';
import { EmptyState } from '../ui/states';

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
/** A month of 10 % has the full strength; more looks the same and says its number. */
const FULL_STRENGTH = 0.1;

/** Return of each month: blue gained, sand lost, strength by size, the number in each cell in per cent. */
export function MonthMap({ months }: { months: readonly MonthReturn[] }) {
  if (months.length === 0) return <EmptyState title="No months.">The file has no daily equity to compound.</EmptyState>;
  const years = [...new Set(months.map((month) => month.year))].sort((a, b) => b - a);
  const returnOf = new Map(months.map((month) => [`${month.year}-${month.month}`, month.value]));
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard (WCAG 2.1.1).
    <section aria-label="Monthly returns" tabIndex={0} className="relative overflow-x-auto">
      <table className="w-full min-w-150 table-fixed border-separate border-spacing-0.5">
        <caption className="sr-only">Return of each calendar month in per cent, the newest year first.</caption>
        <thead>
          <tr>
            <th scope="col" className="w-12 text-left text-2xs font-medium text-ink-2">
              %
            </th>
            {MONTHS.map((month) => (
              <th key={month} scope="col" className="text-center text-2xs font-medium text-ink-2">
                {month}
              </th>
            ))}
            <th scope="col" className="w-16 text-right text-2xs font-medium text-ink-2">
              Year
            </th>
          </tr>
        </thead>
        <tbody>
          {years.map((year) => (
            <tr key={year}>
              <th scope="row" className="text-left text-xs font-medium text-ink-2">
                {year}
              </th>
              {MONTHS.map((month, index) => (
                <Cell key={month} value={returnOf.get(`${year}-${index + 1}`)} />
              ))}
              <td className="text-right text-xs font-medium">
                {formatPercent(compoundedReturn(months.filter((month) => month.year === year)), {
                  digits: 1,
                  sign: true,
                })}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

function Cell({ value }: { value: number | null | undefined }) {
  if (value === undefined) return <td className="h-7 text-center text-2xs text-ink-3">·</td>;
  if (value === null)
    return (
      <td className="hatch-unknown h-7 text-center text-2xs font-medium text-ink-2">
        ?<span className="sr-only"> unknown</span>
      </td>
    );
  const hue = value >= 0 ? 'var(--color-heat-pos)' : 'var(--color-heat-neg)';
  const strength = Math.round(Math.min(1, Math.abs(value) / FULL_STRENGTH) * 45);
  return (
    <td
      className="h-7 rounded-[1px] text-center text-2xs font-medium"
      style={{ background: `color-mix(in srgb, ${hue} ${strength}%, var(--color-surface))` }}
    >
      {formatNumber(value * 100, { digits: 1, sign: true })}
    </td>
  );
}
