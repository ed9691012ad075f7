import { copyField, copyJson } from '../../kernel/copy-line';
import type { Decimal } from '../../kernel/decimal';
import { plainText } from '../../kernel/decimal-words';
import { netFlowOf } from '../samples';
import type { Derived } from './derived';
import { contentOf, rowTexts } from './row-content';
import type { SnapshotRow } from './snapshot-row';

/** A new row of a batch, as it is kept. */
export type TakenRow = { index: number; row: SnapshotRow; accountId: string };

/** The columns of `snapshots` in the order of `snapshotLines`. */
export const SNAPSHOT_COLUMNS =
  'account_id, sequence, portfolio_id, kind, as_of, received_at, late, suspect, equity, cash, net_flow, flows, positions, strategies, content_hash, recorded_by, portfolio_equity, portfolio_cash, unit_value, mark_unit_value, cumulative_flow, is_free_of_proceeds';

const NULL = '\\N';

/** What evaluation adds to a row, in the order of the last columns; all null where the row could not be evaluated. */
export type DerivedTexts = {
  suspect: boolean;
  portfolioEquity: string | null;
  portfolioCash: string | null;
  unitValue: string | null;
  markUnitValue: string | null;
  cumulativeFlow: string | null;
};

/** Decimal texts, of which the same one is wanted row after row: marks, flows. */
function texts() {
  let last: { value: Decimal; text: string } | null = null;
  return (value: Decimal): string => {
    if (last?.value !== value) last = { value, text: plainText(value) };
    return last.text;
  };
}

export function derivedTexts(): (d: Derived | undefined) => DerivedTexts {
  const [mark, flow] = [texts(), texts()];
  return (d) => ({
    suspect: d?.suspect ?? false,
    portfolioEquity: d?.evaluated ? plainText(d.equity) : null,
    portfolioCash: d?.evaluated && d.cash ? plainText(d.cash) : null,
    unitValue: d?.evaluated ? plainText(d.unitValue) : null,
    markUnitValue: d?.evaluated ? mark(d.mark) : null,
    cumulativeFlow: d?.evaluated ? flow(d.cumulativeFlow) : null,
  });
}

/**
 * Rows with what evaluation says of them, by their place, as lines of COPY. `newest` is the newest sample before the batch.
 */
export function* snapshotLines(
  taken: readonly TakenRow[],
  derivedAt: (place: number) => Derived | undefined,
  about: { portfolioId: string; recordedBy: string; now: Date; newest: Date | null },
): Generator<string> {
  const newest = about.newest?.getTime() ?? Number.NEGATIVE_INFINITY;
  const received = `\t${about.now.toISOString()}\t`;
  const recordedBy = `\t${copyField(about.recordedBy)}\t`;
  const ofPortfolio = { live: `\t${about.portfolioId}\tlive\t`, history: `\t${about.portfolioId}\thistory\t` };
  const texts = derivedTexts();
  const inCommon = rowTexts();
  for (let place = 0; place < taken.length; place += 1) {
    const { row, accountId } = taken[place] as TakenRow;
    // Written out here and not before: of a text that is sent at once nothing is left.
    const content = contentOf(row, inCommon);
    const late = row.kind === 'live' && row.asOf.getTime() < newest ? 't\t' : 'f\t';
    const equity = plainText(row.equity);
    const cash = row.cash ? plainText(row.cash) : NULL;
    const netFlow = row.flows.length === 0 ? '\t0\t' : `\t${netFlowOf(row.flows).toFixed()}\t`;
    const lists = `${copyJson(content.flows)}\t${copyJson(content.positions)}\t${copyJson(content.strategies)}\t`;
    const d = texts(derivedAt(place));
    const derived = `${d.portfolioEquity ?? NULL}\t${d.portfolioCash ?? NULL}\t${d.unitValue ?? NULL}\t${d.markUnitValue ?? NULL}\t${d.cumulativeFlow ?? NULL}`;
    yield `${accountId}\t${row.sequence}${ofPortfolio[row.kind]}${content.asOf}${received}${late}${d.suspect ? 't\t' : 'f\t'}${equity}\t${cash}${netFlow}${lists}${content.hash}${recordedBy}${derived}${row.isFreeOfProceeds ? '\tt\n' : '\tf\n'}`;
  }
}
