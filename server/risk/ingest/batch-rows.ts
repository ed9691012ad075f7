import type { RefusedRow } from '../../kernel/each-row';
import { DomainError } from '../../kernel/errors';
import { hotRow, rowMemo } from './hot-row';
import { ROWS_AT_MOST, SnapshotRow } from './snapshot-row';

/** A sample from further ahead than this is refused: somebody's clock is wrong. */
export const FUTURE_TOLERANCE_MS = 10_000;

/** Nothing is kept of before: an earlier instant is a mistake of its sender. */
export const EARLIEST_AS_OF = new Date('2000-01-01T00:00:00Z');

export type ParsedRows = { rows: { index: number; row: SnapshotRow }[]; refused: RefusedRow[] };

/**
 * Parses a batch row by row: a bad row is told with its index and loses nothing else. Throws TOO_LARGE for more rows than one
 * request may carry.
 */
export function parseRows(raw: Iterable<unknown>, now: Date): ParsedRows {
  const parsed: ParsedRows = { rows: [], refused: [] };
  const memo = rowMemo();
  const latest = now.getTime() + FUTURE_TOLERANCE_MS;
  const earliest = EARLIEST_AS_OF.getTime();
  let index = 0;
  for (const candidate of raw) {
    if (index >= ROWS_AT_MOST)
      throw new DomainError('TOO_LARGE', `A batch has at most ${ROWS_AT_MOST} rows. Split it.`);
    const row = hotRow(candidate, memo) ?? readRow(candidate);
    if (typeof row === 'string') parsed.refused.push({ index, code: 'INVALID', message: row });
    else if (row.asOf.getTime() > latest) {
      const message = `asOf ${row.asOf.toISOString()} lies in the future of this server (${now.toISOString()}); check the clock`;
      parsed.refused.push({ index, code: 'FUTURE', message });
    } else if (row.asOf.getTime() < earliest) {
      const message = `asOf ${row.asOf.toISOString()} lies before 2000; check its year`;
      parsed.refused.push({ index, code: 'TOO_OLD', message });
    } else parsed.rows.push({ index, row });
    index += 1;
  }
  return parsed;
}

/** The row by its schema, or what is wrong with it. */
function readRow(candidate: unknown): SnapshotRow | string {
  const result = SnapshotRow.safeParse(candidate);
  if (result.success) return result.data;
  const issue = result.error.issues[0];
  return `${issue?.path.join('.') || 'row'}: ${issue?.message ?? 'is not understood'}`;
}
