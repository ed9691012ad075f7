import { copyLine } from '../kernel/copy-line';
import type { Decimal } from '../kernel/decimal';
import type { Derived } from './fold';
import type { RowContent } from './row-content';
import { netFlowOf } from './samples';
import type { SnapshotRow } from './snapshot-row';

/** A new row of a batch, as it is kept. */
export type TakenRow = { index: number; row: SnapshotRow; accountId: string; content: RowContent };

/** The columns of `snapshots` in the order of `snapshotLines`. */
export const SNAPSHOT_COLUMNS =
  'account_id, sequence, portfolio_id, kind, as_of, received_at, late, suspect, equity, cash, net_flow, flows, positions, strategies, content_hash, recorded_by, portfolio_equity, portfolio_cash, unit_value, mark_unit_value, cumulative_flow, cumulative_withdrawals';

/** What evaluation adds to a row, in the order of the last columns; all null where the row could not be evaluated. */
export type DerivedTexts = {
  suspect: boolean;
  portfolioEquity: string | null;
  portfolioCash: string | null;
  unitValue: string | null;
  markUnitValue: string | null;
  cumulativeFlow: string | null;
  cumulativeWithdrawals: string | null;
};

/** Decimal texts, of which the same one is wanted row after row: marks, flows. */
function texts() {
  let last: { value: Decimal; text: string } | null = null;
  return (value: Decimal): string => {
    if (last?.value !== value) last = { value, text: value.toFixed() };
    return last.text;
  };
}

export function derivedTexts(): (d: Derived | undefined) => DerivedTexts {
  const [mark, flow, withdrawals] = [texts(), texts(), texts()];
  return (d) => ({
    suspect: d?.suspect ?? false,
    portfolioEquity: d?.evaluated ? d.equity.toFixed() : null,
    portfolioCash: d?.evaluated && d.cash ? d.cash.toFixed() : null,
    unitValue: d?.evaluated ? d.unitValue.toFixed() : null,
    markUnitValue: d?.evaluated ? mark(d.mark) : null,
    cumulativeFlow: d?.evaluated ? flow(d.cumulativeFlow) : null,
    cumulativeWithdrawals: d?.evaluated ? withdrawals(d.cumulativeWithdrawals) : null,
  });
}

/** Rows with what evaluation says of them as lines of COPY. `newest` is the newest sample before the batch. */
export function snapshotLines(
  taken: readonly TakenRow[],
  derivedOf: (taken: TakenRow) => Derived | undefined,
  about: { portfolioId: string; recordedBy: string; now: Date; newest: Date | null },
): string[] {
  const receivedAt = about.now.toISOString();
  const rest = derivedTexts();
  return taken.map((one) => {
    const { row, accountId, content } = one;
    const derived = rest(derivedOf(one));
    const isLate = row.kind === 'live' && about.newest !== null && row.asOf < about.newest;
    return copyLine([
      accountId,
      String(row.sequence),
      about.portfolioId,
      row.kind,
      row.asOf.toISOString(),
      receivedAt,
      isLate ? 't' : 'f',
      derived.suspect ? 't' : 'f',
      row.equity.toFixed(),
      row.cash?.toFixed() ?? null,
      row.flows.length === 0 ? '0' : netFlowOf(row.flows).toFixed(),
      content.flows,
      content.positions,
      content.strategies,
      content.hash,
      about.recordedBy,
      derived.portfolioEquity,
      derived.portfolioCash,
      derived.unitValue,
      derived.markUnitValue,
      derived.cumulativeFlow,
      derived.cumulativeWithdrawals,
    ]);
  });
}
