import type { StoredHoldings } from '../../evidence/stored-series';
import { ZERO } from '../../kernel/decimal';
import { grossByInstrument } from '../measures';
import { type AccountRow, totalsOf } from '../samples';

/** The last row of an account in a session day, `YYYY-MM-DD`. */
export type ClosingRow = { day: string; row: AccountRow };

/**
 * Gross of each instrument, cash that counts and equity of a portfolio as each day left them, over all its accounts, as the
 * limits measure them. Of one strategy: its own positions against the equity of the portfolio; cash is nobody's own, and null.
 * A day on which an account that had begun says nothing is left out; cash that an account does not state is null. Null
 * without a day.
 */
export function recordedHoldings(rows: readonly ClosingRow[], strategyId: string | null = null): StoredHoldings | null {
  const byDay = new Map<string, AccountRow[]>();
  const begins = new Map<string, string>();
  for (const { day, row } of rows.toSorted((a, b) => a.day.localeCompare(b.day))) {
    byDay.set(day, [...(byDay.get(day) ?? []), row]);
    if (!begins.has(row.account)) begins.set(row.account, day);
  }
  const whole = [...byDay].filter(
    ([day, held]) => held.length === [...begins.values()].filter((begin) => begin <= day).length,
  );
  if (whole.length === 0) return null;
  const totals = whole.map(([, held]) => totalsOf(held));
  const gross = totals.map(({ positions }) =>
    grossByInstrument(positions.filter(({ strategy }) => strategyId === null || strategy === strategyId)),
  );
  const instruments = [...new Set(gross.flatMap((held) => [...held.keys()]))].sort();
  return {
    day: whole.map(([day]) => Date.parse(`${day}T00:00:00Z`)),
    instruments,
    value: instruments.map((name) => gross.map((held) => (held.get(name) ?? ZERO).toNumber())),
    cash: totals.map(({ cash }) => (strategyId === null && cash ? cash.toNumber() : null)),
    equity: totals.map(({ equity }) => equity.toNumber()),
  };
}
