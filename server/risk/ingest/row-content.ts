import { hash } from 'node:crypto';
import type { SnapshotRow } from './snapshot-row';

/** A row as it is stored and compared: its lists as JSON text, and the hash that tells a repeat from other content. */
export type RowContent = { flows: string; positions: string; strategies: string; hash: string };

/**
 * The RFC 8785 text of a row, written out field by field (keys in order), and its SHA-256: the same hash as
 * `contentHash` of the row, without two passes over a copy of it.
 */
export function contentOf(row: SnapshotRow): RowContent {
  const flows = listText(row.flows, quoted);
  const positions = listText(row.positions, positionText);
  const strategies = listText(row.strategies, lineText);
  const cash = row.cash === null ? 'null' : quoted(row.cash);
  const text = `{"account":${JSON.stringify(row.account)},"asOf":"${row.asOf.toISOString()}","cash":${cash},"equity":${quoted(row.equity)},"flows":${flows},"kind":"${row.kind}","positions":${positions},"sequence":${row.sequence},"strategies":${strategies}}`;
  return { flows, positions, strategies, hash: hash('sha256', text, 'hex') };
}

function listText<T>(items: readonly T[], textOf: (item: T) => string): string {
  let text = '';
  for (const item of items) text += text === '' ? textOf(item) : `,${textOf(item)}`;
  return `[${text}]`;
}

const quoted = (value: SnapshotRow['equity']): string => `"${value.toJSON()}"`;

function positionText(p: SnapshotRow['positions'][number]): string {
  const value = p.value === undefined ? '' : `,"value":${quoted(p.value)}`;
  return `{"fx":${quoted(p.fx)},"instrument":${JSON.stringify(p.instrument)},"multiplier":${quoted(p.multiplier)},"price":${quoted(p.price)},"quantity":${quoted(p.quantity)},"strategy":${JSON.stringify(p.strategy)}${value}}`;
}

function lineText(line: SnapshotRow['strategies'][number]): string {
  const trades = line.trades ? `{"closed":${line.trades.closed},"wins":${line.trades.wins}}` : 'null';
  return `{"fees":${quoted(line.fees)},"id":${JSON.stringify(line.id)},"realised":${quoted(line.realised)},"trades":${trades},"unrealised":${quoted(line.unrealised)}}`;
}
